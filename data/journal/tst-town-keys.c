/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-journal-private.h"

#include "base/tst-codec.h"
#include "record/tst-body.h"
#include "seal/tst-age.h"

#include <string.h>

#define MAX_TEXT (16 * 1024)
#define MAX_PINS 8

void
tst_town_keys_free (TstTownKeys *self)
{
  g_free (self->url);
  g_clear_pointer (&self->log, tst_verifier_unref);
  g_clear_pointer (&self->records, tst_verifier_unref);
  g_clear_pointer (&self->http, tst_verifier_unref);
  g_strfreev (self->pins);
  g_free (self->officer);
  g_free (self->escrow);
  g_free (self->intake);
  g_free (self->code);
  g_free (self->name);
  g_free (self->town);
  g_free (self);
}

TstTownKeys *
tst_town_keys_copy (const TstTownKeys *self)
{
  TstTownKeys *copy = g_new0 (TstTownKeys, 1);

  copy->url = g_strdup (self->url);
  copy->log = tst_verifier_ref (self->log);
  copy->records = tst_verifier_ref (self->records);
  copy->http = tst_verifier_ref (self->http);
  copy->pins = g_strdupv (self->pins);
  copy->officer = g_strdup (self->officer);
  copy->escrow = g_strdup (self->escrow);
  copy->intake = g_strdup (self->intake);
  copy->code = g_strdup (self->code);
  copy->name = g_strdup (self->name);
  copy->town = g_strdup (self->town);
  return copy;
}

static TstTownKeys *
refuse (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_ENROLMENT,
                       "The town's code cannot be read. Nothing was changed; scan it again, or ask for a new one.");
  return NULL;
}

static char **
read_pins (JsonObject *object)
{
  JsonArray *array = tst_json_array (object, "pins");
  guint length = array != NULL ? json_array_get_length (array) : 0;
  g_auto (GStrv) pins = g_new0 (char *, length + 1);

  if (length > MAX_PINS)
    return NULL;
  for (guint i = 0; i < length; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      TstHash hash;

      if (json_node_get_value_type (node) != G_TYPE_STRING || !tst_hash_from_base64 (json_node_get_string (node), &hash))
        return NULL;
      pins[i] = g_strdup (json_node_get_string (node));
    }
  return g_steal_pointer (&pins);
}

static gboolean
url_is_good (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  return scheme != NULL && (strcmp (scheme, "https") == 0 || strcmp (scheme, "http") == 0) && g_uri_get_host (uri) != NULL
         && *g_uri_get_host (uri) != '\0' && !g_str_has_suffix (url, "/") && g_uri_get_query (uri) == NULL
         && g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL;
}

TstTownKeys *
tst_town_keys_parse (const char *enrolment_text, GError **error)
{
  g_autofree char *text = g_strdup (enrolment_text != NULL ? enrolment_text : "");
  g_autoptr (TstTownKeys) self = g_new0 (TstTownKeys, 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) object = NULL;
  gsize size;
  const char *data;

  g_strstrip (text);
  if (!g_str_has_prefix (text, TST_TOWN_CODE_PREFIX) || strlen (text) > MAX_TEXT)
    return refuse (error);
  bytes = tst_base64url_decode (text + strlen (TST_TOWN_CODE_PREFIX));
  if (bytes == NULL)
    return refuse (error);
  data = g_bytes_get_data (bytes, &size);
  object = size > 0 ? tst_json_parse_object (data, size, NULL) : NULL;
  if (object == NULL || tst_json_int (object, "v", 0) != 1)
    return refuse (error);

  self->url = g_strdup (tst_json_string (object, "url"));
  self->officer = g_strdup (tst_json_string (object, "officer"));
  self->escrow = g_strdup (tst_json_string (object, "escrow"));
  self->intake = g_strdup (tst_json_string (object, "intake"));
  self->code = g_strdup (tst_json_string (object, "code"));
  self->name = g_strdup (tst_json_string (object, "name"));
  self->town = g_strdup (tst_json_string (object, "town"));
  self->pins = read_pins (object);
  if (tst_json_string (object, "log") != NULL)
    self->log = tst_verifier_parse (tst_json_string (object, "log"), NULL);
  if (tst_json_string (object, "records") != NULL)
    self->records = tst_verifier_parse (tst_json_string (object, "records"), NULL);
  if (tst_json_string (object, "http") != NULL)
    self->http = tst_verifier_parse (tst_json_string (object, "http"), NULL);
  if (!url_is_good (self->url) || self->log == NULL || self->records == NULL || self->http == NULL || self->pins == NULL
      || self->officer == NULL || !tst_age_recipient_is_valid (self->officer) || self->escrow == NULL
      || !tst_age_recipient_is_valid (self->escrow) || self->intake == NULL || !tst_age_recipient_is_valid (self->intake)
      || self->code == NULL || *self->code == '\0' || self->name == NULL)
    return refuse (error);
  return g_steal_pointer (&self);
}

char *
tst_town_keys_write (const TstTownKeys *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *log = tst_verifier_to_vkey (self->log);
  g_autofree char *records = tst_verifier_to_vkey (self->records);
  g_autofree char *http = tst_verifier_to_vkey (self->http);
  g_autofree char *json = NULL;
  g_autofree char *encoded = NULL;
  JsonArray *pins = json_array_new ();

  for (guint i = 0; self->pins != NULL && self->pins[i] != NULL; i++)
    json_array_add_string_element (pins, self->pins[i]);
  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "url", self->url);
  json_object_set_string_member (object, "log", log);
  json_object_set_string_member (object, "records", records);
  json_object_set_string_member (object, "http", http);
  json_object_set_array_member (object, "pins", pins);
  json_object_set_string_member (object, "officer", self->officer);
  json_object_set_string_member (object, "escrow", self->escrow);
  json_object_set_string_member (object, "intake", self->intake);
  json_object_set_string_member (object, "code", self->code);
  json_object_set_string_member (object, "name", self->name);
  if (self->town != NULL)
    json_object_set_string_member (object, "town", self->town);
  json = tst_json_write (object);
  encoded = tst_base64url_encode (json, strlen (json));
  return g_strconcat (TST_TOWN_CODE_PREFIX, encoded, NULL);
}
