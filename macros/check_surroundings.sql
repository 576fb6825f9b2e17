{#- Stops dbt while it parses, when event_sources names a source of which no file of any
    project is the model. dbt itself would name a node that it does not find. -#}
{% macro check_models_of_sources() -%}
    {%- set models = sessions.names_of_files('sql') + sessions.names_of_files('py') -%}
    {%- for source in sessions.event_sources(sessions.setting('event_sources'))
        if models and 'stg_' ~ source ~ '__events' not in models -%}
        {%- set known = [] -%}
        {%- for name in models if modules.re.fullmatch('stg_(.+)__events', name) -%}
            {%- do known.append(name[4:-8]) -%}
        {%- endfor -%}
        {{ exceptions.raise_compiler_error(
            "event_sources names " ~ source ~ ", but no model is called stg_" ~ source
            ~ "__events; write models/stg_" ~ source ~ "__events.sql, or one of "
            ~ known | unique | sort | join(', ')
        ) }}
    {%- endfor -%}
{%- endmacro %}


{#- Stops dbt while it parses, when a project has disabled a seed of this package and has
    none of that name. -#}
{% macro check_own_seeds() -%}
    {%- set files = sessions.names_of_files('csv', of_others=true) -%}
    {%- set is_known = not execute and builtins.ref.config is defined -%}
    {%- set project = builtins.ref.config if is_known -%}
    {%- set settings = project.seeds.get('sessions', {}) if is_known else {} -%}
    {%- for name in settings if settings[name] is mapping and name not in files -%}
        {%- set is_enabled = settings[name].get(
            '+enabled', settings[name].get('enabled', true)
        ) -%}
        {%- if is_enabled is sameas false -%}
            {{ exceptions.raise_compiler_error(
                "the seed " ~ name ~ " of sessions is disabled, and " ~ project_name
                ~ " has none; fill in a copy, type: cp "
                ~ project.packages_install_path ~ "/sessions/seeds/" ~ name ~ ".csv "
                ~ project.seed_paths[0] ~ "/"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- The names of all files of some kind, without it, as a list. Empty but while dbt 1 parses:
    nothing else knows the files of a project.

    ending: the kind, such as sql.
    of_others: whether to leave out those of this package. -#}
{% macro names_of_files(ending, of_others=false) -%}
    {%- set names = [] -%}
    {%- set is_known = not execute and builtins.ref.manifest is defined -%}
    {%- for file in (builtins.ref.manifest.files if is_known else [])
        if file.endswith('.' ~ ending)
        and not (of_others and file.startswith('sessions://')) -%}
        {%- do names.append(file.split('/')[-1][:-(ending | length + 1)]) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{#- Stops a run that builds models from seeds and loads none, when one of these is not there
    yet: `dbt run` before `dbt seed`. -#}
{% macro check_loaded_seeds() -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build') and not flags.DEFER -%}
    {%- set selected = selected_resources if is_concerned else [] -%}
    {%- set ns = namespace(loads_seeds=false) -%}
    {%- for id in selected if id.startswith('seed.') -%}
        {%- set ns.loads_seeds = true -%}
    {%- endfor -%}
    {%- set seeds, missing = [], [] -%}
    {%- for id in selected if id.startswith('model.sessions.') and not ns.loads_seeds -%}
        {%- for parent in sessions.node_of(id).depends_on.nodes
            if parent.startswith('seed.') and parent not in seeds -%}
            {%- do seeds.append(parent) -%}
            {%- set seed = sessions.node_of(parent) -%}
            {%- do missing.append(seed.name) if not sessions.relation_of_node(seed) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if missing -%}
        {{ exceptions.raise_compiler_error(
            "these seeds are not loaded: " ~ missing | sort | join(', ') ~ "; type: dbt "
            ~ "seed, then your command, or dbt build, which loads seeds first"
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- Stops a run before it writes, when a model of another project for a source reads tables
    of which none is there. One of several may be missing: models can allow for that. -#}
{% macro check_tables_of_sources() -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build') -%}
    {%- for id in (selected_resources if is_concerned else [])
        if modules.re.fullmatch('model[.].+[.]stg_.+__events', id)
        and not id.startswith('model.sessions.') -%}
        {%- set missing, ns = [], namespace(has_one=false) -%}
        {%- for parent in sessions.node_of(id).depends_on.nodes
            if parent.startswith('source.') -%}
            {%- set table = graph.sources[parent] -%}
            {%- if sessions.may_be_there(table) -%}
                {%- set ns.has_one = true -%}
            {%- else -%}
                {%- do missing.append(table) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if missing and not ns.has_one -%}
            {%- set table = missing[0] -%}
            {{ exceptions.raise_compiler_error(
                "the table " ~ table.schema ~ "." ~ table.identifier ~ " of the source "
                ~ table.source_name ~ " is not " ~ ("in " ~ table.database if
                table.database else "there") ~ "; correct schema and identifier in "
                ~ table.original_file_path ~ ", or load the table"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Whether the table of a source is there, or may be: dbt cannot look for names that are
    quoted or stand for several, or for a file that the engine reads.

    table: its node. -#}
{% macro may_be_there(table) -%}
    {%- set is_quoted = table.quoting.values() | select | list if table.quoting else [] -%}
    {%- set meta = table.config.meta or table.meta or {} -%}
    {%- set is_elsewhere = meta.external_location or meta.plugin -%}
    {{ return(
        is_quoted or is_elsewhere or '*' in table.identifier or load_relation(
            api.Relation.create(
                database=table.database, schema=table.schema, identifier=table.identifier
            )
        ) is not none
    ) }}
{%- endmacro %}
