{%- set orders = source('raw', 'orders') -%}
{%- set types = {
    'site_id': 'string', 'order_id': 'string', 'status': 'string', 'currency': 'string',
    'user_id': 'string', 'total': 'decimal(20, 6)', 'tax': 'decimal(20, 6)',
    'shipping': 'decimal(20, 6)', 'discount': 'decimal(20, 6)',
    'refunded_total': 'decimal(20, 6)', 'ordered_at': 'timestamp',
    'cancelled_at': 'timestamp', 'updated_at': 'timestamp', 'loaded_at': 'timestamp',
} -%}
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
        cast(null as {{ type_of(type) }}) as {{ name }},
        {% endfor -%}
        *

    from {{ orders }}
    {% else %}
    -- nothing, with the columns of the table
    select
        {% for name, type in types.items() -%}
        cast(null as {{ type_of(type) }}) as {{ name }},
        {% endfor -%}
        number_one

    from (select 1 as number_one) as one_row

    where 1 = 0
    {% endif %}
),

renamed as (

    select
        {% for name, type in types.items() if type == 'string' -%}
        {{ trimmed(cast_or_null(name, type_text())) }} as {{ name }},
        {% endfor -%}
        {% for name, type in types.items() if type.startswith('decimal') -%}
        {{ cast_money(name) }} as {{ name }},
        {% endfor -%}
        {% for name, type in types.items()
            if type == 'timestamp' and name != 'loaded_at' -%}
        {{ timestamp_or_null(name) }} as {{ name }},
        {% endfor -%}
        {{ timestamp_or_null('loaded_at') }} as loaded_at

    from source

)

select * from renamed
where loaded_at is null or loaded_at <= {{ current_timestamp_utc() }}
