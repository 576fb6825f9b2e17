-- What is in capitals is to be replaced by columns of the raw table. The lines with
-- a comma first are optional, as are all other columns that
-- dbt_packages/sessions/models/staging/generic/_generic__sources.yml lists. Times are UTC
-- and amounts numbers: docs/sources.md of the package says how to make them so.
select
    EVENT_ID as event_id,
    VISITOR_ID as visitor_id,
    EVENT_NAME as event_name,
    {{ sessions.timestamp_or_null('EVENT_AT') }} as event_at,
    LOADED_AT as loaded_at
    -- , SITE_ID as site_id
    -- , PAGE_URL as page_url
    -- , REFERRER_URL as referrer_url
    -- , ORDER_ID as order_id
    -- , REVENUE as revenue
    -- , CURRENCY as currency
from {{ source('mine', 'events') }}
