/**
 * Functions that a planned or executed query may call: they compute from their arguments, the rows or the clock, and
 * touch nothing else. Names as PostgreSQL stores them. Anything that is not listed is refused: an unknown function
 * may lock, wait, end a session or read a file, which a read-only transaction does not prevent.
 */
const names = `
abs acos acosd acosh age any_value array_agg array_append array_cat array_dims array_fill array_length array_lower
array_ndims array_position array_positions array_prepend array_remove array_replace array_to_json array_to_string
array_upper ascii asin asind asinh atan atan2 atan2d atand atanh avals akeys avg
bit_and bit_count bit_length bit_or bit_xor bool_and bool_or broadcast btrim
cardinality cbrt ceil ceiling char_length character_length chr clock_timestamp coalesce concat concat_ws convert_from
convert_to corr cos cosd cosh cot cotd count covar_pop covar_samp cume_dist current_database current_schema
current_schemas current_setting
date date_bin date_part date_trunc decode defined degrees delete dense_rank div
each encode erf erfc every exist exists_all exists_any exp extract
factorial family first_value floor format format_type
gcd gen_random_uuid generate_series generate_subscripts get_byte get_bit greatest grouping
height hashtext host hostmask hstore hstore_to_array hstore_to_json hstore_to_jsonb
inet_merge inet_same_family initcap isempty isfinite
json_agg json_array_elements json_array_elements_text json_array_length json_build_array json_build_object json_each
json_each_text json_extract_path json_extract_path_text json_object json_object_agg json_object_keys
json_populate_record json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof
jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object
jsonb_each jsonb_each_text jsonb_exists jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text
jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query
jsonb_path_query_array jsonb_path_query_first jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set
jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof
justify_days justify_hours justify_interval
lag last_value lcm lead least left length levenshtein ln localtime localtimestamp log log10 lower lower_inc lower_inf
lpad ltrim
make_date make_interval make_time make_timestamp make_timestamptz masklen max md5 metaphone min min_scale mod mode
netmask network normalize now nth_value ntile nullif num_nonnulls num_nulls numnode
octet_length overlaps overlay
parse_ident percent_rank percentile_cont percentile_disc phraseto_tsquery pi plainto_tsquery position power
querytree quote_ident quote_literal quote_nullable
radians random range_agg range_intersect_agg range_merge rank regexp_count regexp_instr regexp_like regexp_match
regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count
regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace reverse right round row_number row_to_json
rpad rtrim
scale set_byte set_bit set_masklen setweight sha224 sha256 sha384 sha512 show_trgm sign similarity sin sind sinh
skeys slice soundex split_part sqrt starts_with statement_timestamp stddev stddev_pop stddev_samp strict_word_similarity
string_agg string_to_array string_to_table strip strpos substr substring sum svals
tan tand tanh text timeofday timezone to_char to_date to_hex to_json to_jsonb to_number to_timestamp to_tsquery
to_tsvector transaction_timestamp translate trim trim_array trim_scale trunc ts_delete ts_filter ts_headline ts_rank
ts_rank_cd tsquery_phrase tsvector_to_array
unaccent unistr unnest upper upper_inc upper_inf uuid_extract_timestamp uuid_extract_version uuid_generate_v1
uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuidv4 uuidv7
var_pop var_samp variance
websearch_to_tsquery width width_bucket word_similarity
xmlagg xmlelement xpath xpath_exists

int2range int4range int8range numrange daterange tsrange tstzrange
int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange

geometrytype postgis_addbbox st_area st_asbinary st_asewkb st_asewkt st_asgeojson st_asgml st_askml st_assvg st_astext
st_azimuth st_boundary st_buffer st_centroid st_closestpoint st_collect st_contains st_containsproperly st_convexhull
st_coordim st_coveredby st_covers st_crosses st_difference st_dimension st_disjoint st_distance st_distancesphere
st_distancespheroid st_dwithin st_endpoint st_envelope st_equals st_expand st_extent st_exteriorring
st_forcepolygonccw st_forcepolygoncw st_forcerhr st_geohash st_geometryn st_geometrytype st_geomfromewkb
st_geomfromewkt st_geomfromgeojson st_geomfromtext st_geomfromwkb st_hausdorffdistance st_interiorringn
st_intersection st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid st_length st_length2d
st_lengthspheroid st_linelocatepoint st_linemerge st_makeenvelope st_makeline st_makepoint st_makepolygon st_makevalid
st_maxdistance st_memsize st_minimumboundingcircle st_multi st_ndims st_npoints st_numgeometries st_numinteriorrings
st_numpoints st_overlaps st_perimeter st_perimeter2d st_point st_pointn st_pointonsurface st_polygon st_project
st_relate st_reverse st_rotate st_scale st_segmentize st_setsrid st_simplify st_simplifypreservetopology
st_snaptogrid st_srid st_startpoint st_symdifference st_touches st_transform st_translate st_union st_within st_x
st_xmax st_xmin st_y st_ymax st_ymin st_z
`;

export const harmlessFunctions: ReadonlySet<string> = new Set(names.trim().split(/\s+/));
