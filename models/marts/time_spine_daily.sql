select calendar_date as calendar_day
from {{ ref('dim_dates') }}
