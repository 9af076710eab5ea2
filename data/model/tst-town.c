/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-town.h"

#include "base/tst-error.h"
#include "model/tst-model-data.h"

#include <stddef.h>
#include <string.h>

static const struct
{
  const char *name;
  gsize offset;
} texts[] = {
#define TEXT(member)                                                                                         \
  {                                                                                                          \
#member, offsetof(TstTown, member)                                                                       \
  }
  TEXT (fictitious_notice),
  TEXT (name),
  TEXT (department),
  TEXT (entity),
  TEXT (nit),
  TEXT (divipola),
  TEXT (address),
  TEXT (email),
  TEXT (telephone),
  TEXT (website),
  TEXT (policy_url),
  TEXT (time_zone),
  TEXT (comunas_geojson),
  TEXT (notice_version),
  TEXT (notice_template),
  TEXT (notice_template_en),
#undef TEXT
};

static char **
text_of (const TstTown *self, guint i)
{
  return (char **)((char *)self + texts[i].offset);
}

static void
comuna_free (gpointer data)
{
  TstComuna *comuna = data;

  g_free (comuna->code);
  g_free (comuna->name);
  g_free (comuna);
}

void
tst_town_free (TstTown *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*text_of (self, i));
  g_ptr_array_unref (self->comunas);
  g_free (self);
}

static gboolean
bad_member (const char *name, const char *expected, GError **error)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The town's profile is not usable: \"%s\" must be %s",
               name, expected);
  return FALSE;
}

static gboolean
is_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
read_number (JsonObject *json, const char *name, double limit, double *value, GError **error)
{
  JsonNode *node = json_object_get_member (json, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_DOUBLE
          && json_node_get_value_type (node) != G_TYPE_INT64))
    return bad_member (name, "a number", error);
  *value = json_node_get_double (node);
  if (!(*value >= -limit && *value <= limit))
    return bad_member (name, "in degrees", error);
  return TRUE;
}

static gboolean
read_comunas (TstTown *self, JsonObject *json, GError **error)
{
  JsonNode *node = json_object_get_member (json, "comunas");
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bad_member ("comunas", "a list of {\"code\", \"name\"}", error);
  g_ptr_array_set_size (self->comunas, 0);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      TstComuna *comuna;

      if (object == NULL || !is_string (json_object_get_member (object, "code"))
          || !is_string (json_object_get_member (object, "name")))
        return bad_member ("comunas", "a list of {\"code\", \"name\"}", error);
      comuna = g_new0 (TstComuna, 1);
      comuna->code = g_strdup (json_object_get_string_member (object, "code"));
      comuna->name = g_strdup (json_object_get_string_member (object, "name"));
      g_ptr_array_add (self->comunas, comuna);
    }
  return TRUE;
}

/* Members of @json over what @self has. */
static gboolean
read_members (TstTown *self, JsonObject *json, GError **error)
{
  JsonNode *fictitious = json_object_get_member (json, "fictitious");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      JsonNode *node = json_object_get_member (json, texts[i].name);

      if (node == NULL)
        continue;
      if (!is_string (node))
        return bad_member (texts[i].name, "a text", error);
      g_free (*text_of (self, i));
      *text_of (self, i) = json_node_dup_string (node);
    }
  if (fictitious != NULL)
    {
      if (!JSON_NODE_HOLDS_VALUE (fictitious) || json_node_get_value_type (fictitious) != G_TYPE_BOOLEAN)
        return bad_member ("fictitious", "true or false", error);
      self->fictitious = json_node_get_boolean (fictitious);
    }
  return read_number (json, "lat", 90, &self->lat, error) && read_number (json, "lon", 180, &self->lon, error)
         && read_comunas (self, json, error);
}

TstTown *
tst_town_new_default (void)
{
  g_autoptr (JsonObject) json = _tst_model_data ("town.json");
  g_autoptr (GError) error = NULL;
  TstTown *self = g_new0 (TstTown, 1);

  self->comunas = g_ptr_array_new_with_free_func (comuna_free);
  read_members (self, json, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert (*text_of (self, i) != NULL);
  return self;
}

TstTown *
tst_town_new_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TstTown) self = tst_town_new_default ();
  g_autoptr (GTimeZone) zone = NULL;

  self->fictitious = FALSE;
  if (!read_members (self, json, error))
    return NULL;
  /* A notice that names another entity's contacts would be worse than none. */
  if (!self->fictitious)
    {
      static const char *const needed[]
          = { "name", "entity", "nit", "address", "email", "telephone", "policy_url" };

      for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
        if (!json_object_has_member (json, needed[i]))
          {
            bad_member (needed[i], "given, since the notice shows it", error);
            return NULL;
          }
    }
  zone = g_time_zone_new_identifier (self->time_zone);
  if (zone == NULL)
    {
      bad_member ("time_zone", "a zone name such as \"America/Bogota\"", error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

JsonObject *
tst_town_to_json (const TstTown *self)
{
  JsonObject *json = json_object_new ();
  JsonArray *comunas = json_array_new ();

  json_object_set_boolean_member (json, "fictitious", self->fictitious);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    json_object_set_string_member (json, texts[i].name, *text_of (self, i));
  json_object_set_double_member (json, "lat", self->lat);
  json_object_set_double_member (json, "lon", self->lon);
  for (guint i = 0; i < self->comunas->len; i++)
    {
      TstComuna *comuna = g_ptr_array_index (self->comunas, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "code", comuna->code);
      json_object_set_string_member (object, "name", comuna->name);
      json_array_add_object_element (comunas, object);
    }
  json_object_set_array_member (json, "comunas", comunas);
  return json;
}

char *
tst_town_dup_notice (const TstTown *self, const char *lang)
{
  const struct
  {
    const char *placeholder;
    const char *value;
  } fields[] = {
    { "{entidad}", self->entity },     { "{nit}", self->nit },
    { "{direccion}", self->address },  { "{correo}", self->email },
    { "{telefono}", self->telephone }, { "{politica}", self->policy_url },
  };
  const char *at = g_strcmp0 (lang, "en") == 0 ? self->notice_template_en : self->notice_template;
  GString *out = g_string_new (NULL);

  /* One pass, so that a value that looks like a placeholder stays what it is. */
  while (*at != '\0')
    {
      guint i;

      for (i = 0; i < G_N_ELEMENTS (fields); i++)
        if (g_str_has_prefix (at, fields[i].placeholder))
          {
            g_string_append (out, fields[i].value);
            at += strlen (fields[i].placeholder);
            break;
          }
      if (i == G_N_ELEMENTS (fields))
        g_string_append_c (out, *at++);
    }
  return g_string_free (out, FALSE);
}

TstHash
tst_town_notice_hash (const TstTown *self, const char *lang)
{
  g_autofree char *notice = tst_town_dup_notice (self, lang);

  return tst_hash_data (notice, strlen (notice));
}
