with

source as (

    {{ rows_of_optional_table('orders', ['order_id', 'total']) | indent(4) }}

),

renamed as (

    select
        {{ trimmed('site_id') }} as site_id,
        {{ trimmed('order_id') }} as order_id,
        {{ trimmed('status') }} as status,
        {{ trimmed('currency') }} as currency,
        {{ trimmed('user_id') }} as user_id,
        total,
        tax,
        shipping,
        discount,
        refunded_total,
        ordered_at,
        cancelled_at,
        updated_at,
        loaded_at

    from source

)

select * from renamed

where loaded_at is null or loaded_at <= {{ current_timestamp_utc() }}
