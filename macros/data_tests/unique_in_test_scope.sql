{#- Values of a column that are not unique among the rows that data tests look at. A day is
    compared with itself and the other days of the scope.

    column_name: a key.
    day: the calendar day of the row.
    condition: which rows have a key of their own; all of them by default. -#}
{% test unique_in_test_scope(model, column_name, day, condition='true') %}

select
    {{ column_name }},
    count(*) as row_count

from {{ model }}

where
    {{ sessions.is_in_test_scope(day) }}
    and {{ condition }}
    and {{ column_name }} is not null

group by {{ column_name }}

having count(*) > 1

{% endtest %}
