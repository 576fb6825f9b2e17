{{ config(enabled='segment' in event_sources(setting('event_sources'))) }}
{%- set identifies = source('segment', 'identifies') %}
{%- set relation = identifies if is_existing_source(identifies) else none %}

with

identifies as (

    select
        {{ first_of_columns(relation, ['site_id']) }} as site_id,
        {{ first_of_columns(relation, ['anonymous_id']) }} as alias,
        {{ first_of_columns(relation, ['user_id']) }} as person,
        {{ first_of_columns(
            relation, segment_loaded_at(relation), 'timestamp'
        ) }} as loaded_at

    {{ from_given(relation) }}

),

-- A device on which several users log in is no alias: the sessions before a login
-- belong to the next user, and those without a login to the device.
devices_of_one_user as (

    select
        site_id,
        alias,
        min(person) as person,
        min(loaded_at) as loaded_at

    from identifies

    where
        alias is not null
        and person is not null

    group by site_id, alias

    having min(person) = max(person)

),

-- an id that is a device in one row and a user in another could lead in a circle
aliases as (

    select devices.*

    from devices_of_one_user as devices
    left join devices_of_one_user as other_devices
        on devices.person = other_devices.alias

    where other_devices.alias is null

)

select * from aliases
