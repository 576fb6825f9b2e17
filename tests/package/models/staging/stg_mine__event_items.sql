select
    actions.shop as site_id,
    lines.action_id as event_id,
    lines.line as item_number,
    lines.article as product_id,
    lines.price
from {{ source('tracker', 'lines') }} as lines
inner join {{ source('tracker', 'actions') }} as actions
    on lines.action_id = actions.id
