/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "base/tst-fs.h"
#include "record/tst-body.h"

#include <string.h>

/* What the public face knows of its town from start to end. */

static void
widen (double bbox[4], JsonArray *coordinates)
{
  if (json_array_get_length (coordinates) >= 2 && JSON_NODE_HOLDS_VALUE (json_array_get_element (coordinates, 0)))
    {
      double lon = json_array_get_double_element (coordinates, 0);
      double lat = json_array_get_double_element (coordinates, 1);

      bbox[0] = MIN (bbox[0], lon);
      bbox[1] = MIN (bbox[1], lat);
      bbox[2] = MAX (bbox[2], lon);
      bbox[3] = MAX (bbox[3], lat);
      return;
    }
  for (guint i = 0; i < json_array_get_length (coordinates); i++)
    if (JSON_NODE_HOLDS_ARRAY (json_array_get_element (coordinates, i)))
      widen (bbox, json_array_get_array_element (coordinates, i));
}

/* The comunas' shapes: from the file that the profile names, beside town.json. A town without one has no map. */
static void
load_areas (TstPublicRoutes *self)
{
  const char *name = self->town->comunas_geojson && *self->town->comunas_geojson ? self->town->comunas_geojson : "comunas.geojson";
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *path = g_build_filename (tst_central_get_folder (self->central), base, NULL);
  g_autoptr (GBytes) bytes = tst_fs_read (path, 16 * 1024 * 1024, NULL);
  g_autoptr (JsonObject) file =
    bytes ? tst_json_parse_object (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL) : NULL;
  JsonArray *features = file ? tst_json_array (file, "features") : NULL;
  double bbox[4] = { 180, 90, -180, -90 };
  g_autoptr (GPtrArray) named = g_ptr_array_new ();

  for (guint i = 0; features && i < json_array_get_length (features); i++)
    {
      JsonNode *node = json_array_get_element (features, i);
      JsonObject *feature = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonObject *properties = feature ? tst_json_object (feature, "properties") : NULL;
      JsonObject *geometry = feature ? tst_json_object (feature, "geometry") : NULL;
      JsonArray *coordinates = geometry ? tst_json_array (geometry, "coordinates") : NULL;
      JsonObject *area = NULL;

      if (!properties || !coordinates || !tst_json_string (properties, "code") || !tst_json_string (properties, "name"))
        continue;
      area = json_object_new ();
      json_object_set_string_member (area, "code", tst_json_string (properties, "code"));
      json_object_set_string_member (area, "name", tst_json_string (properties, "name"));
      json_object_set_object_member (area, "geometry", json_object_ref (geometry));
      json_array_add_object_element (self->areas, area);
      widen (bbox, coordinates);
    }
  /* A profile without a list of its own has the comunas that the shapes name. */
  for (guint i = 0; self->town->comunas->len == 0 && i < json_array_get_length (self->areas); i++)
    {
      JsonObject *area = json_array_get_object_element (self->areas, i);
      TstComuna *comuna = g_new0 (TstComuna, 1);

      comuna->code = g_strdup (json_object_get_string_member (area, "code"));
      comuna->name = g_strdup (json_object_get_string_member (area, "name"));
      g_ptr_array_add (named, comuna);
    }
  for (guint i = 0; i < named->len; i++)
    g_ptr_array_add (self->town->comunas, g_ptr_array_index (named, i));
  if (json_array_get_length (self->areas) == 0)
    {
      /* Some five kilometres around the main square. */
      bbox[0] = self->town->lon - 0.03;
      bbox[1] = self->town->lat - 0.03;
      bbox[2] = self->town->lon + 0.03;
      bbox[3] = self->town->lat + 0.03;
    }
  memcpy (self->bbox, bbox, sizeof bbox);
}

static void
load_town (TstPublicRoutes *self)
{
  g_autoptr (JsonObject) data = tst_central_dup_town (self->central);
  JsonObject *profile = data ? tst_json_object (data, "profile") : NULL;
  const char *name = data ? tst_json_string (data, "town") : NULL;
  JsonObject *model = json_object_new ();

  self->town = profile ? tst_town_new_from_json (profile, NULL) : NULL;
  if (!self->town)
    {
      /* No profile: nothing of the fictitious one may stand for a real town. */
      g_autoptr (JsonObject) blank = json_object_new ();
      static const char *const members[] = { "department", "nit", "divipola", "address", "email", "telephone", "website", "policy_url" };

      json_object_set_string_member (blank, "name", name && *name ? name : tst_central_get_origin (self->central));
      json_object_set_string_member (blank, "entity", name && *name ? name : tst_central_get_origin (self->central));
      json_object_set_array_member (blank, "comunas", json_array_new ());
      for (guint i = 0; i < G_N_ELEMENTS (members); i++)
        json_object_set_string_member (blank, members[i], "");
      self->town = tst_town_new_from_json (blank, NULL);
      if (!self->town)
        self->town = tst_town_new_default ();
    }
  self->town_model = model;
  json_object_set_string_member (model, "name", self->town->name);
  json_object_set_string_member (model, "entity", self->town->entity);
  json_object_set_string_member (model, "nit", self->town->nit);
  json_object_set_boolean_member (model, "fictitious", self->town->fictitious);
  tst_public_set_text (model, "address", self->town->address);
  tst_public_set_text (model, "email", self->town->email);
  tst_public_set_text (model, "phone", self->town->telephone);
  tst_public_set_text (model, "website", self->town->website);
  tst_public_set_text (model, "policy_href", self->town->policy_url);
  tst_public_set_text (model, "timezone", self->town->time_zone);
  self->zone = self->town->time_zone && *self->town->time_zone ? g_time_zone_new_identifier (self->town->time_zone) : NULL;
  if (!self->zone)
    self->zone = g_time_zone_new_offset (-5 * 3600);
}

TstPublicRoutes *
tst_public_routes_new (TstCentral *central, TstPageRenderer *renderer)
{
  TstPublicRoutes *self = g_new0 (TstPublicRoutes, 1);

  self->central = g_object_ref (central);
  self->renderer = renderer ? g_object_ref (renderer) : NULL;
  self->areas = json_array_new ();
  self->vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (tst_central_get_log_key (central)));
  g_mutex_init (&self->lock);
  g_mutex_init (&self->counting);
  self->cache = tst_public_cache_new ();
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  load_town (self);
  load_areas (self);
  g_autoptr (GBytes) library = renderer ? tst_page_renderer_asset (renderer, "maplibre-gl.js", NULL, NULL) : NULL;
  self->moving_map = library != NULL;
  g_autoptr (JsonObject) town = tst_central_dup_town (central);
  self->ground = tst_public_ground_open (tst_central_get_folder (central), town);
  return self;
}

void
tst_public_routes_free (TstPublicRoutes *self)
{
  tst_public_routes_detach (self);
  tst_public_cache_free (self->cache);
  g_hash_table_unref (self->buckets);
  g_mutex_clear (&self->lock);
  g_clear_pointer (&self->counts, tst_public_counts_unref);
  g_mutex_clear (&self->counting);
  json_array_unref (self->areas);
  json_object_unref (self->town_model);
  tst_town_free (self->town);
  g_time_zone_unref (self->zone);
  g_free (self->vkey);
  g_free (self->base_url);
  g_clear_pointer (&self->ground, tst_public_ground_free);
  g_clear_object (&self->renderer);
  g_object_unref (self->central);
  g_free (self);
}
