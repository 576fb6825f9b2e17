{{ config(**reused_within_run()) }}

with

affected_events as (

    select
        visitor_key,
        event_key,
        event_at,
        loaded_date

    from {{ ref('int_events_sessionized') }}

    where {{ in_affected_island('dim_persons') }}

),

-- superseded deliveries included: dim_persons may have counted them
events as (

    select
        site_id,
        visitor_id,
        user_id

    from {{ ref('int_events_enriched') }}

    where {{ is_event_of('affected_events', 'loaded_date') }}

),

sessions as (

    select
        site_id,
        visitor_id,
        user_id

    from {{ ref('int_sessions_enriched') }}

    where {{ in_subquery('visitor_key', 'affected_events') }}

),

ids_of_visitors as (
    {% for relation in ['events', 'sessions'] %}
    {%- for column in ['visitor_id', 'user_id'] %}
    select
        site_id,
        {{ column }} as id
    from {{ relation }}
    union distinct
    {%- endfor %}
    {%- endfor %}

    select
        site_id,
        alias as id
    from {{ ref('int_user_aliases') }}
    where {{ is_alias_new_to('dim_persons') }}

),

-- all persons that an id has ever stood for
ids as (

    select
        site_id,
        id as person_id
    from ids_of_visitors

    union distinct

    select
        site_id,
        person_id
    from {{ ref('int_user_aliases') }}
    where {{ tuple_in(['site_id', 'alias'], ['site_id', 'id'], 'ids_of_visitors') }}

),

affected_persons as (

    select
        site_id,
        person_id,
        {{ key_to_text(surrogate_key(['site_id', 'person_id'])) }} as person_key

    from ids

    where person_id is not null

)

select * from affected_persons
