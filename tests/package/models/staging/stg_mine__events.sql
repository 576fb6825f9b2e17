select
    id as event_id,
    shop as site_id,
    cookie as visitor_id,
    action as event_name,
    {{ sessions.timestamp_or_null('happened_at') }} as event_at,
    inserted_at as loaded_at,
    came_from as traffic_source,
    fabric,
    invoice as order_id,
    amount as revenue,
    'USD' as currency
from {{ source('tracker', 'actions') }}
