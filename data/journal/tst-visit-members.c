/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-visit-private.h"

#include "base/tst-codec.h"
#include "base/tst-hash.h"
#include "model/tst-visit-form.h"
#include "record/tst-body.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAME 200
#define MAX_TEXT 4000
#define MAX_PICTURE (128 * 1024) /* of base64: a drawn signature */
#define MAX_CODES 20

/* Every member that a visit's records may have, and whether it may be put right later. */
static const TstVisitMember members[] = {
  { "viewpoint", "work", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_REQUIRED },
  { "viewpoint", "name", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },
  { "viewpoint", "photo", TST_N_LISTS, TST_VISIT_ID, TST_VISIT_REQUIRED },
  { "viewpoint", "place", TST_N_LISTS, TST_VISIT_PLACE, TST_VISIT_MUTABLE },
  { "viewpoint", "heading_deg", TST_N_LISTS, TST_VISIT_HEADING, TST_VISIT_MUTABLE },
  { "viewpoint", "heading_north", TST_N_LISTS, TST_VISIT_NORTH, TST_VISIT_MUTABLE },

  { "progress", "work", TST_N_LISTS, TST_VISIT_NAME, 0 },
  { "progress", "programmed_pct", TST_N_LISTS, TST_VISIT_PERCENT, TST_VISIT_MUTABLE },
  { "progress", "observed_pct", TST_N_LISTS, TST_VISIT_PERCENT, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },
  { "progress", "financial_pct", TST_N_LISTS, TST_VISIT_PERCENT, TST_VISIT_MUTABLE },
  { "progress", "cause", TST_LIST_CAUSE, TST_VISIT_CODE, TST_VISIT_MUTABLE },
  { "progress", "more_causes", TST_LIST_CAUSE, TST_VISIT_CODES, TST_VISIT_MUTABLE },
  { "progress", "cause_text", TST_N_LISTS, TST_VISIT_TEXT, TST_VISIT_MUTABLE },

  { "visit-check", "work", TST_N_LISTS, TST_VISIT_NAME, 0 },
  { "visit-check", "form", TST_N_LISTS, TST_VISIT_FORM, 0 },
  { "visit-check", "answers", TST_N_LISTS, TST_VISIT_ANSWERS, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },

  { "finding", "work", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_MUTABLE },
  { "finding", "text", TST_N_LISTS, TST_VISIT_TEXT, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },
  { "finding", "item", TST_LIST_WORK_ITEM, TST_VISIT_CODE, TST_VISIT_MUTABLE },
  { "finding", "photo", TST_N_LISTS, TST_VISIT_ID, TST_VISIT_MUTABLE },

  { "commitment", "work", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_MUTABLE },
  { "commitment", "text", TST_N_LISTS, TST_VISIT_TEXT, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },
  { "commitment", "responsible", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },
  { "commitment", "due_on", TST_N_LISTS, TST_VISIT_DATE, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },

  { "commitment-close", "work", TST_N_LISTS, TST_VISIT_NAME, 0 },
  { "commitment-close", "commitment", TST_N_LISTS, TST_VISIT_ID, TST_VISIT_REQUIRED },
  { "commitment-close", "status", TST_LIST_COMMITMENT_STATUS, TST_VISIT_CODE, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },
  { "commitment-close", "text", TST_N_LISTS, TST_VISIT_TEXT, TST_VISIT_MUTABLE },
  { "commitment-close", "photo", TST_N_LISTS, TST_VISIT_ID, TST_VISIT_MUTABLE },

  { "signature", "role", TST_LIST_VISIT_ROLE, TST_VISIT_CODE, TST_VISIT_REQUIRED },
  { "signature", "signed", TST_N_LISTS, TST_VISIT_BOOL, 0 },
  { "signature", "name", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_SEALED },
  { "signature", "document", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_SEALED },
  { "signature", "organisation", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_SEALED },
  { "signature", "signature", TST_N_LISTS, TST_VISIT_PICTURE, TST_VISIT_SEALED },

  { "stream-start", "platform", TST_LIST_PLATFORM, TST_VISIT_CODE, TST_VISIT_REQUIRED },
  { "stream-start", "url", TST_N_LISTS, TST_VISIT_URL, 0 },

  { "stream-anchor", "stream", TST_N_LISTS, TST_VISIT_ID, 0 },
  { "stream-anchor", "media_ms", TST_N_LISTS, TST_VISIT_MILLISECONDS, TST_VISIT_REQUIRED },
  { "stream-anchor", "wall", TST_N_LISTS, TST_VISIT_TIME, TST_VISIT_REQUIRED },
  { "stream-anchor", "source", TST_LIST_ANCHOR_SOURCE, TST_VISIT_CODE, TST_VISIT_REQUIRED },
  { "stream-anchor", "error_ms", TST_N_LISTS, TST_VISIT_MILLISECONDS, 0 },

  { "stream-end", "stream", TST_N_LISTS, TST_VISIT_ID, 0 },
  /* The recording is known when it was saved: hours or days later. */
  { "stream-end", "media_ms", TST_N_LISTS, TST_VISIT_MILLISECONDS, TST_VISIT_MUTABLE },
  { "stream-end", "recording_sha256", TST_N_LISTS, TST_VISIT_SHA256, TST_VISIT_MUTABLE },
  { "stream-end", "url", TST_N_LISTS, TST_VISIT_URL, TST_VISIT_MUTABLE },

  { "moment", "stream", TST_N_LISTS, TST_VISIT_ID, 0 },
  { "moment", "moment", TST_LIST_MOMENT, TST_VISIT_CODE, TST_VISIT_REQUIRED },
  { "moment", "target", TST_N_LISTS, TST_VISIT_ID, 0 },

  { "speaker", "work", TST_N_LISTS, TST_VISIT_NAME, 0 },
  { "speaker", "topic", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_REQUIRED | TST_VISIT_MUTABLE },
  { "speaker", "label", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_MUTABLE },
  { "speaker", "actor", TST_LIST_ACTOR, TST_VISIT_CODE, TST_VISIT_MUTABLE },
  { "speaker", "label_consent", TST_N_LISTS, TST_VISIT_BOOL, TST_VISIT_MUTABLE },
  { "speaker", "rank", TST_N_LISTS, TST_VISIT_RANK, TST_VISIT_MUTABLE },
  { "speaker", "name", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_SEALED },
  { "speaker", "contact", TST_N_LISTS, TST_VISIT_NAME, TST_VISIT_SEALED },

  { "speaker-turn", "speaker", TST_N_LISTS, TST_VISIT_ID, TST_VISIT_REQUIRED },
  { "speaker-turn", "act", TST_LIST_TURN_ACT, TST_VISIT_CODE, TST_VISIT_REQUIRED },
  { "speaker-turn", "limit_s", TST_N_LISTS, TST_VISIT_SECONDS, 0 },
  { "speaker-turn", "used_s", TST_N_LISTS, TST_VISIT_SECONDS, 0 },

  { "speaker-outcome", "work", TST_N_LISTS, TST_VISIT_NAME, 0 },
  { "speaker-outcome", "speaker", TST_N_LISTS, TST_VISIT_ID, TST_VISIT_REQUIRED },
  { "speaker-outcome", "outcome", TST_LIST_TURN_OUTCOME, TST_VISIT_CODE, TST_VISIT_REQUIRED },
  { "speaker-outcome", "text", TST_N_LISTS, TST_VISIT_TEXT, TST_VISIT_MUTABLE },
  { "speaker-outcome", "commitment", TST_N_LISTS, TST_VISIT_ID, 0 },
};

const TstVisitMember *
tst_visit_members (guint *n_members)
{
  *n_members = G_N_ELEMENTS (members);
  return members;
}

const TstVisitMember *
tst_visit_find_member (const char *type, const char *name)
{
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].type, type) == 0 && strcmp (members[i].name, name) == 0)
      return &members[i];
  return NULL;
}

gboolean
tst_visit_is_type (const char *type)
{
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].type, type) == 0)
      return TRUE;
  return FALSE;
}

/* --- one value --- */

static JsonNode *
set_bad (GError **error, const TstVisitMember *member, const char *what)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«%s» %s. Nothing was saved.", member->name, what);
  return NULL;
}

static const char *
text_of (JsonNode *value)
{
  return JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING ? json_node_get_string (value) : NULL;
}

/* A number, or the text of one as commands hand it over. NAN: neither. */
static double
number_of (JsonNode *value)
{
  const char *text = text_of (value);
  char *end;
  double number;

  if (text == NULL)
    return JSON_NODE_HOLDS_VALUE (value)
               && (json_node_get_value_type (value) == G_TYPE_INT64 || json_node_get_value_type (value) == G_TYPE_DOUBLE)
             ? json_node_get_double (value)
             : NAN;
  number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' ? number : NAN;
}

static JsonNode *
read_number (const TstVisitMember *member, JsonNode *value, double least, double below, double per_unit, const char *what, GError **error)
{
  double number = number_of (value);

  if (!(number >= least) || !(number < below))
    return set_bad (error, member, what);
  return json_node_init_double (json_node_alloc (), round (number * per_unit) / per_unit);
}

static JsonNode *
read_whole (const TstVisitMember *member, JsonNode *value, double most, const char *what, GError **error)
{
  double number = number_of (value);

  if (!(number >= 0) || !(number < most))
    return set_bad (error, member, what);
  return json_node_init_int (json_node_alloc (), llround (number));
}

static JsonNode *
read_text (const TstVisitMember *member, JsonNode *value, glong most, GError **error)
{
  const char *text = text_of (value);

  if (text == NULL || !g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > most)
    return set_bad (error, member, "must be text, and not too long");
  return json_node_copy (value);
}

static JsonNode *
read_code (const TstVisitMember *member, JsonNode *value, GError **error)
{
  g_autofree char *codes = NULL;
  g_autofree char *what = NULL;

  if (tst_code_is_valid (member->list, text_of (value)))
    return json_node_copy (value);
  codes = tst_code_list_join (member->list);
  what = g_strdup_printf ("must be one of: %s", codes);
  return set_bad (error, member, what);
}

static JsonNode *
read_codes (const TstVisitMember *member, JsonNode *value, GError **error)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (value) ? json_node_get_array (value) : NULL;

  if (array == NULL || json_array_get_length (array) > MAX_CODES)
    return set_bad (error, member, "must be a list of codes");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (JsonNode) one = read_code (member, json_array_get_element (array, i), error);

      if (one == NULL)
        return NULL;
    }
  return json_node_copy (value);
}

static JsonNode *
read_place (const TstVisitMember *member, JsonNode *value, GError **error)
{
  JsonObject *place = JSON_NODE_HOLDS_OBJECT (value) ? json_node_get_object (value) : NULL;
  double lat = place != NULL ? tst_json_double (place, "lat", NAN) : NAN;
  double lon = place != NULL ? tst_json_double (place, "lon", NAN) : NAN;

  if (!(fabs (lat) <= 90) || !(fabs (lon) <= 180))
    return set_bad (error, member, "must be degrees of latitude and longitude");
  return json_node_copy (value);
}

static JsonNode *
read_bool (const TstVisitMember *member, JsonNode *value, GError **error)
{
  const char *text = text_of (value);

  if (JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return json_node_copy (value);
  if (g_strcmp0 (text, "true") == 0 || g_strcmp0 (text, "false") == 0)
    return json_node_init_boolean (json_node_alloc (), strcmp (text, "true") == 0);
  return set_bad (error, member, "must be true or false");
}

static JsonNode *
read_date (const TstVisitMember *member, JsonNode *value, GError **error)
{
  const char *text = text_of (value);
  int year, month, day, used = 0;

  if (text == NULL || sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10 || text[used] != '\0'
      || !g_date_valid_dmy (CLAMP (day, 0, 31), CLAMP (month, 0, 12), CLAMP (year, 0, 9999)))
    return set_bad (error, member, "must be a date such as 2026-04-15");
  return json_node_copy (value);
}

/* Only what a page may link to: no javascript:, no file:, nobody's password. */
static JsonNode *
read_url (const TstVisitMember *member, JsonNode *value, GError **error)
{
  const char *text = text_of (value);
  g_autoptr (GUri) uri = text != NULL && strlen (text) <= 1000 ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;

  if (uri == NULL || (strcmp (g_uri_get_scheme (uri), "https") != 0 && strcmp (g_uri_get_scheme (uri), "http") != 0)
      || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri) != NULL)
    return set_bad (error, member, "must be an address that begins with https://");
  return json_node_copy (value);
}

static JsonNode *
read_time (const TstVisitMember *member, JsonNode *value, GError **error)
{
  const char *text = text_of (value);
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return time != NULL ? json_node_copy (value) : set_bad (error, member, "must be a time such as 2026-03-27T15:00:00Z");
}

static JsonNode *
read_answers (const TstVisitMember *member, JsonNode *value, GError **error)
{
  JsonObject *answers = JSON_NODE_HOLDS_OBJECT (value) ? json_node_get_object (value) : NULL;

  if (answers == NULL)
    return set_bad (error, member, "must be an object");
  return tst_visit_form_check (answers, error) ? json_node_copy (value) : NULL;
}

static JsonNode *
read_sha256 (const TstVisitMember *member, JsonNode *value, GError **error)
{
  TstHash hash;

  return text_of (value) != NULL && tst_hash_from_hex (text_of (value), &hash) ? json_node_copy (value)
                                                                                 : set_bad (error, member, "must be 64 hexadecimal digits");
}

/* A PNG and nothing else: a picture has no pressure and no speed. */
static JsonNode *
read_picture (const TstVisitMember *member, JsonNode *value, GError **error)
{
  static const guchar magic[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  const char *text = text_of (value);
  g_autofree guchar *bytes = NULL;
  gsize size = 0;

  if (text != NULL && strlen (text) <= MAX_PICTURE)
    bytes = g_base64_decode (text, &size);
  if (size < sizeof magic || memcmp (bytes, magic, sizeof magic) != 0)
    return set_bad (error, member, "must be a small PNG in base64");
  return json_node_copy (value);
}

JsonNode *
tst_visit_read_member (const TstVisitMember *member, JsonNode *value, GError **error)
{
  const char *text = text_of (value);

  switch (member->form)
    {
    case TST_VISIT_NAME:
      return read_text (member, value, MAX_NAME, error);
    case TST_VISIT_TEXT:
      return read_text (member, value, MAX_TEXT, error);
    case TST_VISIT_CODE:
      return read_code (member, value, error);
    case TST_VISIT_CODES:
      return read_codes (member, value, error);
    case TST_VISIT_ID:
      return text != NULL && tst_uuid_is_valid (text) ? json_node_copy (value)
                                                      : set_bad (error, member, "must be the id of a record");
    case TST_VISIT_PLACE:
      return read_place (member, value, error);
    case TST_VISIT_HEADING:
      return read_number (member, value, 0, 360, 10, "must be degrees from north, 0 to 360", error);
    case TST_VISIT_NORTH:
      return g_strcmp0 (text, "magnetic") == 0 ? json_node_copy (value) : set_bad (error, member, "must be magnetic, or left out");
    case TST_VISIT_PERCENT:
      return read_number (member, value, 0, 100.0001, 10, "must be a percentage from 0 to 100", error);
    case TST_VISIT_MILLISECONDS:
      return read_whole (member, value, 1000.0 * 86400 * 7, "must be milliseconds from 0 on", error);
    case TST_VISIT_SECONDS:
      return read_whole (member, value, 86400, "must be seconds from 0 on", error);
    case TST_VISIT_RANK:
      return read_number (member, value, 0, 1e6, 1e6, "must be a place in the order", error);
    case TST_VISIT_DATE:
      return read_date (member, value, error);
    case TST_VISIT_TIME:
      return read_time (member, value, error);
    case TST_VISIT_URL:
      return read_url (member, value, error);
    case TST_VISIT_BOOL:
      return read_bool (member, value, error);
    case TST_VISIT_FORM:
      return g_strcmp0 (text, TST_VISIT_FORM_CODE) == 0 ? json_node_copy (value) : set_bad (error, member, "must be " TST_VISIT_FORM_CODE);
    case TST_VISIT_ANSWERS:
      return read_answers (member, value, error);
    case TST_VISIT_SHA256:
      return read_sha256 (member, value, error);
    case TST_VISIT_PICTURE:
      return read_picture (member, value, error);
    default:
      g_assert_not_reached ();
    }
}

void
tst_visit_set_deviation (JsonObject *progress)
{
  double programmed = tst_json_double (progress, "programmed_pct", NAN);
  double observed = tst_json_double (progress, "observed_pct", NAN);

  if (isfinite (programmed) && isfinite (observed))
    json_object_set_double_member (progress, "deviation_pts", round ((observed - programmed) * 10) / 10);
  else
    json_object_remove_member (progress, "deviation_pts");
}
