{%- set aliases = source('raw', 'user_aliases') -%}
{%- set texts = ['site_id', 'alias', 'person'] -%}

with

source as (
    {% if is_existing_source(aliases) %}
    select * from {{ aliases }}
    {% else %}
    -- nothing, with the columns of the table
    select
        {% for name in texts -%}
        cast(null as {{ type_text() }}) as {{ name }},
        {% endfor -%}
        cast(null as {{ type_timestamp_utc() }}) as loaded_at

    from (select 1 as number_one) as one_row

    where 1 = 0
    {% endif %}
),

renamed as (

    select
        {% for name in texts -%}
        {{ trimmed(cast_or_null(name, type_text())) }} as {{ name }},
        {% endfor -%}
        {{ timestamp_or_null('loaded_at') }} as loaded_at

    from source

)

select * from renamed
