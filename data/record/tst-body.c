/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-body.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"
#include "record/tst-sodium.h"

#include <sodium.h>
#include <string.h>

#define SALT_SIZE 32
#define SMALLEST_CLASS 1024
#define MAX_PARTS 1000
#define MAX_TYPE_LENGTH 127

gsize
tst_size_class (gsize size)
{
  gsize result = SMALLEST_CLASS;

  while (result < size)
    {
      g_assert (result <= G_MAXSIZE / 2);
      result *= 2;
    }
  return result;
}

GBytes *
tst_body_write (JsonObject *content, gsize min_class)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (content);
  g_autofree char *salt_text = NULL;
  g_autofree char *json = NULL;
  guint8 salt[SALT_SIZE];
  gsize length, total;
  char *body;

  g_assert (tst_json_string (content, "type") != NULL);
  g_assert (tst_uuid_is_valid (tst_json_string (content, "id")));
  g_assert (!json_object_has_member (content, "testigo") && !json_object_has_member (content, "salt")
            && !json_object_has_member (content, "pad"));

  json_object_set_int_member (object, "testigo", 1);
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (object, l->data, json_object_dup_member (content, l->data));
  tst_sodium_init ();
  randombytes_buf (salt, sizeof salt);
  salt_text = g_base64_encode (salt, sizeof salt);
  json_object_set_string_member (object, "salt", salt_text);
  json_object_set_string_member (object, "pad", "");

  json = tst_json_write (object);
  length = strlen (json);
  g_assert (g_str_has_suffix (json, "\"pad\":\"\"}"));
  total = MAX (tst_size_class (length), tst_size_class (min_class));
  if (total > TST_BODY_MAX_SIZE)
    return NULL;

  body = g_malloc (total);
  memcpy (body, json, length - 2);
  memset (body + length - 2, ' ', total - length);
  memcpy (body + total - 2, "\"}", 2);
  return g_bytes_new_take (body, total);
}

static gpointer
refuse_body (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_BODY,
                       "This is not the content of a record. It was not taken; nothing else is affected.");
  return NULL;
}

JsonObject *
tst_body_parse (GBytes *body, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GPtrArray) media = NULL;
  g_autoptr (GPtrArray) sealed = NULL;
  gsize size;
  const char *data = g_bytes_get_data (body, &size);
  const char *salt_text, *pad, *type;
  TstHash salt;

  if (size > TST_BODY_MAX_SIZE || size != tst_size_class (size))
    return refuse_body (error);
  object = tst_json_parse_object (data, size, NULL);
  if (object == NULL)
    return refuse_body (error);
  salt_text = tst_json_string (object, "salt");
  pad = tst_json_string (object, "pad");
  type = tst_json_string (object, "type");
  if (tst_json_int (object, "testigo", 0) != 1 || type == NULL || *type == '\0' || strlen (type) > MAX_TYPE_LENGTH
      || !tst_uuid_is_valid (tst_json_string (object, "id")) || salt_text == NULL
      || !tst_hash_from_base64 (salt_text, &salt) || pad == NULL || strspn (pad, " ") != strlen (pad))
    return refuse_body (error);
  media = tst_body_get_media (object, error);
  sealed = media != NULL ? tst_body_get_sealed (object, error) : NULL;
  if (sealed == NULL)
    return NULL;
  return g_steal_pointer (&object);
}

void
tst_part_ref_free (TstPartRef *self)
{
  g_free (self->type);
  g_free (self->role);
  g_free (self->origin);
  g_free (self);
}

/* Absent is an empty list; anything odd refuses the whole body. */
static GPtrArray *
get_parts (JsonObject *body, const char *list, const char *type_name, const char *role_name, gboolean with_origin,
           GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_part_ref_free);
  JsonArray *array = tst_json_array (body, list);
  guint length = array != NULL ? json_array_get_length (array) : 0;

  if ((array == NULL && json_object_has_member (body, list)) || length > MAX_PARTS)
    return refuse_body (error);
  for (guint i = 0; i < length; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *type = tst_json_string (object, type_name);
      const char *origin = tst_json_string (object, "origin");
      gint64 bytes = tst_json_int (object, "bytes", -1);
      TstPartRef *part;
      TstHash hash;

      if (object == NULL || !tst_hash_from_hex (tst_json_string (object, "sha256"), &hash) || bytes < 0
          || type == NULL || *type == '\0' || strlen (type) > MAX_TYPE_LENGTH)
        return refuse_body (error);
      if (with_origin && g_strcmp0 (origin, "camera") != 0 && g_strcmp0 (origin, "import") != 0)
        return refuse_body (error);
      part = g_new0 (TstPartRef, 1);
      part->sha256 = hash;
      part->bytes = (guint64) bytes;
      part->type = g_strdup (type);
      part->role = g_strdup (tst_json_string (object, role_name));
      part->origin = with_origin ? g_strdup (origin) : NULL;
      g_ptr_array_add (parts, part);
    }
  return g_steal_pointer (&parts);
}

GPtrArray *
tst_body_get_media (JsonObject *body, GError **error)
{
  return get_parts (body, "media", "type", "role", TRUE, error);
}

GPtrArray *
tst_body_get_sealed (JsonObject *body, GError **error)
{
  return get_parts (body, "sealed", "for", "what", FALSE, error);
}
