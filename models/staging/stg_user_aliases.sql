with

source as (

    {{ rows_of_optional_table('user_aliases', ['alias', 'person']) | indent(4) }}

),

renamed as (

    select
        {{ trimmed('site_id') }} as site_id,
        {{ trimmed('alias') }} as alias,
        {{ trimmed('person') }} as person,
        loaded_at

    from source

)

select * from renamed
