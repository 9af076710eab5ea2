/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-model-data.h"

#include "model/tst-model-resources.h"

#include <gio/gio.h>

JsonObject *
_tst_model_data (const char *name)
{
  static gsize once;
  g_autofree char *path = g_strconcat ("/co/testigo/model/", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  /* By hand: a static library's constructor may be left out by the linker. */
  if (g_once_init_enter (&once))
    {
      tst_model_register_resource ();
      g_once_init_leave (&once, 1);
    }
  bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}
