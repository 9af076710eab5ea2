/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "central/tst-central-server.h"
#include "central/tst-desk.h"
#include "central/tst-moderation.h"
#include "central/tst-public-log.h"
#include "central/tst-public-routes.h"
#include "central/tst-purge.h"
#include "model/tst-town.h"
#include "record/tst-body.h"
#include "web/tst-web-renderer.h"

#include <glib-unix.h>
#include <stdio.h>

/* The town's profile, a JSON file as data/model/town.json; the comunas' shapes that it names lie beside it and come along. */
static gboolean
read_town (const char *path, JsonObject **profile, GBytes **comunas, GError **error)
{
  g_autoptr (GBytes) bytes = tst_fs_read (path, 1024 * 1024, error);
  g_autoptr (JsonObject) json =
    bytes != NULL ? tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
  g_autoptr (TstTown) town = json != NULL ? tst_town_new_from_json (json, error) : NULL;

  if (town == NULL)
    return FALSE;
  if (town->comunas_geojson != NULL && *town->comunas_geojson != '\0')
    {
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *name = g_path_get_basename (town->comunas_geojson);
      g_autofree char *shapes = g_build_filename (folder, name, NULL);

      *comunas = tst_fs_read (shapes, 16 * 1024 * 1024, NULL);
      json_object_set_string_member (json, "comunas_geojson", "comunas.geojson");
    }
  *profile = g_steal_pointer (&json);
  return TRUE;
}

static gboolean
keep_town (TstCentral *central, const char *folder, JsonObject *profile, GBytes *comunas, GError **error)
{
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autofree char *path = g_build_filename (folder, "comunas.geojson", NULL);

  if (comunas != NULL && !tst_fs_write_durable (path, comunas, 0644, error))
    return FALSE;
  json_object_set_object_member (changes, "profile", json_object_ref (profile));
  if (tst_json_string (profile, "name") != NULL)
    json_object_set_string_member (changes, "town", tst_json_string (profile, "name"));
  return tst_central_update_town (central, changes, error);
}

static TstExit
run_init (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autofree char *name = NULL;
  g_autofree char *url = NULL;
  g_autofree char *town = NULL;
  g_auto (GStrv) recipients = NULL;
  const GOptionEntry entries[] = {
    { "town", 0, 0, G_OPTION_ARG_FILENAME, &town, NULL, NULL },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL },
    { "url", 0, 0, G_OPTION_ARG_STRING, &url, NULL, NULL },
    { "recipient", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipients, NULL, NULL },
    { NULL }
  };
  TstCentralSetup setup = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  JsonArray *files = json_array_new ();
  g_autoptr (TstCentral) central = NULL;
  g_autofree char *vkey = NULL;
  g_autoptr (JsonObject) profile = NULL;
  g_autoptr (GBytes) comunas = NULL;

  json_object_set_array_member (row, "identity_files", files);
  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "init", error->message);
  if (name == NULL || argc != 1)
    return tst_central_usage (cli, "init", NULL);
  if (town != NULL && !read_town (town, &profile, &comunas, &error))
    return tst_cli_fail (cli, error);
  setup.origin = name;
  setup.url = url;
  setup.recipients = (const char *const *) recipients;
  if (!tst_central_set_up (folder, &setup, &error))
    return tst_cli_fail (cli, error);
  for (guint i = 0; setup.identity_files[i] != NULL; i++)
    json_array_add_string_element (files, setup.identity_files[i]);
  /* Opened once, so that the database and the first checkpoint are there and a disk that cannot do it is noticed now. */
  central = tst_central_open (folder, NULL, &error);
  if (central != NULL && profile != NULL && !keep_town (central, folder, profile, comunas, &error))
    {
      tst_central_close (central);
      g_strfreev (setup.identity_files);
      return tst_cli_fail (cli, error);
    }
  if (central == NULL)
    {
      g_strfreev (setup.identity_files);
      return tst_cli_fail (cli, error);
    }
  vkey = tst_verifier_to_vkey (tst_signing_key_get_verifier (tst_central_get_log_key (central)));
  json_object_set_string_member (row, "origin", name);
  json_object_set_string_member (row, "data", folder);
  json_object_set_string_member (row, "vkey", vkey);
  tst_central_close (central);
  tst_cli_print (cli, row, vkey);
  for (guint i = 0; setup.identity_files[i] != NULL; i++)
    tst_cli_say (cli, "identity written to %s: take it off this machine; without it nobody reads what is sealed",
                 setup.identity_files[i]);
  g_strfreev (setup.identity_files);
  return TST_EXIT_DONE;
}

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  /* A second one ends at once. */
  return G_SOURCE_REMOVE;
}

static gboolean
on_stopped (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
warn (TstCli *cli, TstCentral *central)
{
  g_auto (GStrv) left = tst_central_dup_identities_left (central);
  g_autofree char *read_only = tst_central_dup_read_only (central);

  for (guint i = 0; left[i] != NULL; i++)
    tst_cli_say (cli, "warning: the identity %s is still on this machine; whoever takes the machine reads everything", left[i]);
  if (read_only != NULL)
    tst_cli_say (cli, "warning: read-only: %s", read_only);
}

typedef struct
{
  char *listen;
  char *mirror;
  char *public_url;
  char *database;
  char *media;
} ServeOptions;

static void
serve_options_clear (ServeOptions *self)
{
  g_free (self->listen);
  g_free (self->mirror);
  g_free (self->public_url);
  g_free (self->database);
  g_free (self->media);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ServeOptions, serve_options_clear)

static gboolean
apply_options (TstCentral *central, const ServeOptions *options, GError **error)
{
  g_autoptr (JsonObject) changes = NULL;

  if (options->public_url == NULL)
    return TRUE;
  changes = json_object_new ();
  json_object_set_string_member (changes, "url", options->public_url);
  return tst_central_update_town (central, changes, error);
}

static TstExit
serve (TstCli *cli, TstCentral *central, const char *listen, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (TstWebRenderer) renderer = tst_web_renderer_new ();
  g_autoptr (TstCentralServer) server = NULL;
  g_autoptr (TstPublicRoutes) pages = NULL;
  g_autoptr (TstDesk) desk = NULL;
  g_autoptr (TstPurgeRoute) purge = NULL;
  g_autoptr (TstAdminServer) admin = NULL;
  g_autoptr (JsonObject) row = json_object_new ();

  server = tst_central_server_new (central, listen, error);
  admin = server != NULL ? tst_admin_server_new (central, tst_central_operations, error) : NULL;
  if (admin == NULL || !tst_moderation_finish_erasures (central, error))
    return TST_EXIT_PARTLY;
  pages = tst_public_routes_new (central, TST_PAGE_RENDERER (renderer));
  tst_public_routes_attach (pages, tst_central_server_get_soup (server));
  desk = tst_desk_new (central, TST_PAGE_RENDERER (renderer));
  tst_desk_attach (desk, tst_central_server_get_soup (server));
  purge = tst_purge_route_attach (central, tst_central_server_get_soup (server));
  warn (cli, central);
  /* Whoever reads the line may stop us at once. */
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  json_object_set_string_member (row, "address", tst_central_server_get_address (server));
  tst_cli_print (cli, row, tst_central_server_get_address (server));
  fflush (stdout);
  g_main_loop_run (loop);
  tst_central_server_stop (server, on_stopped, loop);
  g_main_loop_run (loop);
  return TST_EXIT_DONE;
}

static TstExit
run_serve (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_auto (ServeOptions) options = { 0 };
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, NULL, NULL },
    { "mirror", 0, 0, G_OPTION_ARG_FILENAME, &options.mirror, NULL, NULL },
    { "public-url", 0, 0, G_OPTION_ARG_STRING, &options.public_url, NULL, NULL },
    { "database", 0, 0, G_OPTION_ARG_STRING, &options.database, NULL, NULL },
    { "media", 0, 0, G_OPTION_ARG_STRING, &options.media, NULL, NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TstCentral) central = NULL;
  TstExit code;

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "serve", error->message);
  if (argc != 1)
    return tst_central_usage (cli, "serve", NULL);
  if (options.database != NULL || options.media != NULL)
    return tst_central_usage (cli, "serve", "this build keeps everything in the data folder; leave out --database and --media");
  central = tst_central_open_mirrored (folder, NULL, options.mirror, &error);
  if (central == NULL || !apply_options (central, &options, &error))
    return tst_cli_fail (cli, error);
  code = serve (cli, central, options.listen, &error);
  if (error != NULL)
    code = tst_cli_fail (cli, error);
  tst_central_close (central);
  return code;
}

const TstCentralCommand tst_central_serve_commands[] = {
  { "init", "--name ORIGIN [--url URL] [--town FILE] [--recipient AGE1…]…", "a new data folder with its keys", run_init },
  { "serve", "[--listen ADDR:PORT] [--public-url URL] [--mirror DIR]", "devices, log and public pages, until SIGTERM", run_serve },
  { NULL },
};
