{%- set orders = source('raw', 'orders') -%}
{%- set texts = ['site_id', 'order_id', 'status', 'currency', 'user_id'] -%}
{%- set amounts = ['total', 'tax', 'shipping', 'discount', 'refunded_total'] -%}
{%- set moments = ['ordered_at', 'cancelled_at', 'updated_at', 'loaded_at'] -%}
{%- set types = {} -%}
{%- for name in texts + amounts + moments -%}
    {%- do types.update({name:
        type_text() if name in texts
        else type_of('decimal(20, 6)') if name in amounts
        else type_timestamp_utc()
    }) -%}
{%- endfor -%}
{%- set is_there = is_existing_source(orders) -%}
{%- set found = columns_found(orders) if is_there else [] -%}
{%- for name in ['order_id', 'total'] if found and name not in found -%}
    {{ exceptions.raise_compiler_error(
        orders.schema ~ '.' ~ orders.identifier ~ ' has no column ' ~ name
        ~ '; add it, or drop the table'
    ) }}
{%- endfor -%}

with

source as (
    {% if is_there %}
    select
        {% for name, type in types.items() if found and name not in found -%}
        cast(null as {{ type }}) as {{ name }},
        {% endfor -%}
        *

    from {{ orders }}
    {% else %}
    -- nothing, with the columns of the table
    select
        {% for name, type in types.items() -%}
        cast(null as {{ type }}) as {{ name }},
        {% endfor -%}
        number_one

    from (select 1 as number_one) as one_row

    where 1 = 0
    {% endif %}
),

renamed as (

    select
        {% for name in texts -%}
        {{ trimmed(cast_or_null(name, type_text())) }} as {{ name }},
        {% endfor -%}
        {% for name in amounts -%}
        {{ cast_money(name) }} as {{ name }},
        {% endfor -%}
        {% for name in moments if name != 'loaded_at' -%}
        {{ timestamp_or_null(name) }} as {{ name }},
        {% endfor -%}
        {{ timestamp_or_null('loaded_at') }} as loaded_at

    from source

)

select * from renamed
where loaded_at is null or loaded_at <= {{ current_timestamp_utc() }}
