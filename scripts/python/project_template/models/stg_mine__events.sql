-- What is in capitals is to be replaced by columns of the raw table. The last three lines
-- are optional, as are all other columns that
-- dbt_packages/sessions/models/staging/generic/_generic__sources.yml lists.
select
    EVENT_ID as event_id,
    VISITOR_ID as visitor_id,
    EVENT_NAME as event_name,
    {{ sessions.timestamp_or_null('EVENT_AT') }} as event_at,
    LOADED_AT as loaded_at
    -- , SITE_ID as site_id
    -- , PAGE_URL as page_url
    -- , REFERRER_URL as referrer_url
from {{ source('mine', 'events') }}
