with

source as (

    {{ rows_of_optional_table('user_aliases', ['alias', 'person']) | indent(4) }}

),

renamed as (

    select
        {%- for name in ['site_id', 'alias', 'person'] %}
        {{ trimmed(name) }} as {{ name }},
        {%- endfor %}
        loaded_at

    from source

)

select * from renamed
