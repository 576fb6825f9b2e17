{{ config(partitioned_by('site_id')) }}

with

aliases_resolved as (

    select
        site_id,
        alias,
        person_id

    from {{ ref('int_user_aliases_resolved') }}

),

{% if is_incremental() -%}
aliases_as_built as (

    {{ newest_aliases(this) | indent(4) }}

),

-- an alias without a row stands for itself again
aliases_withdrawn as (

    select
        built.site_id,
        built.alias,
        built.alias as person_id

    from aliases_as_built as built
    left join aliases_resolved as resolved
        on
            built.site_id = resolved.site_id
            and built.alias = resolved.alias

    where resolved.alias is null

),

aliases_now as (

    select * from aliases_resolved
    union all
    select * from aliases_withdrawn

),

aliases_changed as (

    select * from aliases_now
    {{ dbt.except() }}
    select * from aliases_as_built

),

{% else -%}
aliases_changed as (select * from aliases_resolved),

{% endif -%}
versions as (

    select max(alias_version) as alias_version from {{ ref('int_builds') }}
    {%- if is_incremental() %}
    union all
    select max(alias_version) as alias_version from {{ this }}
    {%- endif %}

),

aliases_with_version as (

    select
        site_id,
        alias,
        person_id,
        (
            select cast(coalesce(max(versions.alias_version), 0) + 1 as bigint)
            from versions
        ) as alias_version

    from aliases_changed

)

select * from aliases_with_version
