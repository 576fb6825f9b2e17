select calendar_date as calendar_day
from {{ ref('sessions', 'dim_dates') }}
