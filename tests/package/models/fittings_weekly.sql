select
    sessions.site_id,
    {{ dbt.date_trunc('week', 'sessions.session_date') }} as week,
    sessions.fabric,
    count(*) as session_count,
    count(goals.session_id) as fitting_count,
    sum(sessions.revenue) as revenue
from {{ ref('sessions', 'fct_sessions') }} as sessions
left join {{ ref('sessions', 'fct_goal_completions') }} as goals
    on sessions.session_id = goals.session_id and goals.goal_name = 'fitting'
group by 1, 2, 3
