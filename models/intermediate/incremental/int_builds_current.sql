with

builds as (

    select * from {{ ref('int_builds') }}

),

newest_entries as (

    select
        relation_name,
        max(entry_number) as entry_number

    from builds

    group by relation_name

),

-- an entry without a batch withdraws the earlier ones
builds_current as (

    select builds.*

    from builds
    inner join newest_entries
        on
            builds.relation_name = newest_entries.relation_name
            and builds.entry_number = newest_entries.entry_number

    where builds.batch_number is not null

)

select * from builds_current
