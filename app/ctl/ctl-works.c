/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ctl/tst-ctl.h"

#include "base/tst-error.h"

static void
on_refused (guint row, const char *code, const char *message, gpointer user_data)
{
  TstCli *cli = user_data;
  g_autoptr (JsonObject) line = json_object_new ();

  json_object_set_int_member (line, "row", row);
  json_object_set_string_member (line, "code", code);
  json_object_set_string_member (line, "error", message);
  tst_cli_print (cli, line, NULL);
  tst_cli_say (cli, "row %u: %s (%s)", row, message, code);
}

static TstExit
works_import (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *text = NULL;
  TstImportCounts counts = { 0 };

  if (!tst_cli_options (&argc, &argv, NULL, &error) || argc != 2)
    return tst_ctl_usage (cli, "works import", error ? error->message : NULL);
  if (!tst_field_book_import_works (book, argv[1], on_refused, cli, &counts, NULL, &error))
    return tst_cli_fail (cli, error);

  json_object_set_int_member (row, "added", counts.added);
  json_object_set_int_member (row, "updated", counts.updated);
  json_object_set_int_member (row, "unchanged", counts.unchanged);
  json_object_set_int_member (row, "rejected", counts.rejected);
  text = g_strdup_printf ("%u added, %u updated, %u unchanged, %u rejected", counts.added, counts.updated,
                          counts.unchanged, counts.rejected);
  tst_cli_print (cli, row, text);
  return counts.rejected > 0 ? TST_EXIT_PARTLY : TST_EXIT_DONE;
}

static gboolean
print_work (JsonObject *row, gpointer user_data)
{
  g_autofree char *text = tst_cli_row_text (row);

  tst_cli_print (user_data, row, text);
  return TRUE;
}

static TstExit
works_list (TstCli *cli, TstFieldBook *book, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *search = NULL;
  g_autofree char *near = NULL;
  int limit = 0;
  TstQuery query = { 0 };
  const GOptionEntry entries[] = {
    { "search", 0, 0, G_OPTION_ARG_STRING, &search, NULL, NULL },
    { "near", 0, 0, G_OPTION_ARG_STRING, &near, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, NULL, NULL },
    { NULL }
  };

  if (!tst_cli_options (&argc, &argv, entries, &error) || argc != 1 || limit < 0)
    return tst_ctl_usage (cli, "works list", error ? error->message : NULL);
  if (near != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (near, ",", 2);
      char *end[2] = { NULL, NULL };

      if (g_strv_length (parts) == 2)
        {
          query.latitude = g_ascii_strtod (parts[0], &end[0]);
          query.longitude = g_ascii_strtod (parts[1], &end[1]);
        }
      if (end[0] == NULL || end[0] == parts[0] || *end[0] != '\0' || end[1] == parts[1] || *end[1] != '\0'
          || !(query.latitude >= -90 && query.latitude <= 90)
          || !(query.longitude >= -180 && query.longitude <= 180))
        return tst_ctl_usage (cli, "works list", "--near takes LAT,LON in degrees, such as 7.12,-73.12");
      query.near = TRUE;
    }
  query.search = search;
  query.limit = limit;
  if (!tst_field_book_list (book, "works", &query, print_work, cli, &error))
    return tst_cli_fail (cli, error);
  return TST_EXIT_DONE;
}

const TstCtlCommand tst_ctl_works_commands[] = {
  { "works import", "FILE", "works from a CSV, GeoJSON, SECOP II or OC4IDS file", TRUE, works_import },
  { "works list", "[--search TEXT] [--near LAT,LON] [--limit N]", "works known here", TRUE, works_list },
  { NULL }
};
