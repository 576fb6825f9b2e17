{%- set orders = source('raw', 'orders') -%}
{%- set texts = ['site_id', 'order_id', 'status', 'currency', 'user_id'] -%}
{%- set moments = ['ordered_at', 'cancelled_at', 'updated_at'] -%}
{%- set amounts = ['total', 'tax', 'shipping', 'discount', 'refunded_total'] -%}
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
        {% for name in texts + moments + amounts -%}
        {{ name if not found or name in found else 'null as ' ~ name }},
        {% endfor -%}
        {{ 'null as ' if found and 'loaded_at' not in found }}loaded_at

    from {{ orders }}
    {% else %}
    -- nothing, with the columns of the table
    select
        {% for name in texts + moments + amounts -%}
        null as {{ name }},
        {% endfor -%}
        null as loaded_at

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
        {% for name in moments -%}
        {{ timestamp_or_null(name) }} as {{ name }},
        {% endfor -%}
        {{ timestamp_or_null('loaded_at') }} as loaded_at

    from source

)

select * from renamed
where loaded_at is null or loaded_at <= {{ current_timestamp_utc() }}
