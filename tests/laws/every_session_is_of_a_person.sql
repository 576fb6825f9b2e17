-- Persons of whom dim_persons and fct_sessions do not count the same sessions and
-- visitors, those of one table alone included.
with

sessions as (

    select
        site_id,
        person_id,
        count(*) as session_count,
        count(distinct visitor_id) as visitor_count

    from {{ ref('fct_sessions') }}

    group by site_id, person_id

)

select
    sessions.site_id as site_of_sessions,
    sessions.person_id as person_of_sessions,
    sessions.session_count,
    sessions.visitor_count,
    persons.site_id,
    persons.person_id,
    persons.session_count as session_count_of_person,
    persons.visitor_count as visitor_count_of_person

from sessions
full outer join {{ ref('dim_persons') }} as persons
    on
        sessions.site_id = persons.site_id
        and sessions.person_id = persons.person_id

where
    sessions.site_id is null
    or persons.site_id is null
    or sessions.session_count != persons.session_count
    or sessions.visitor_count != persons.visitor_count
