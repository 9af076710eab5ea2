/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends one file to any tus server with TstTusUpload. Interoperability tests and the benchmark run it.
 *
 *     tus-put [--state FILE] [--piece BYTES] [--tries N] ENDPOINT FILE...
 *
 * The URL of an upload under way is kept in --state (for one FILE), so that a killed one goes on. Prints {"sent", "resent", "url"} a file. */
#include "client/tst-tus-upload.h"

#include "base/tst-error.h"

static char *state_file;
static int piece;
static int tries = 1;

static gboolean
on_created (const char *url, gpointer user_data, GError **error)
{
  return state_file == NULL || g_file_set_contents (state_file, url, -1, error);
}

static int
put (SoupSession *session, const char *endpoint, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstTusUpload) upload = NULL;
  g_autofree char *url = NULL;
  TstHash sha256;
  gboolean done = FALSE;

  if (!tst_hash_file (path, &sha256, NULL, NULL, &error))
    {
      g_printerr ("%s: %s\n", tst_error_code (error), error->message);
      return 1;
    }
  upload = tst_tus_upload_new (session, endpoint, path, &sha256, "application/octet-stream");
  tst_tus_upload_set_piece (upload, piece);
  tst_tus_upload_set_created (upload, on_created, NULL);
  if (state_file != NULL && g_file_get_contents (state_file, &url, NULL, NULL))
    tst_tus_upload_set_url (upload, g_strstrip (url));
  for (int i = 0; i < tries && !done; i++)
    {
      if (i > 0)
        g_usleep (200 * 1000);
      g_clear_error (&error);
      done = tst_tus_upload_run (upload, NULL, &error);
    }
  if (!done)
    {
      g_printerr ("%s: %s\n", tst_error_code (error), error->message);
      return 4;
    }
  g_print ("{\"sent\":%" G_GUINT64_FORMAT ",\"resent\":%" G_GUINT64_FORMAT ",\"url\":\"%s\"}\n",
           tst_tus_upload_get_bytes_sent (upload), tst_tus_upload_get_bytes_resent (upload), tst_tus_upload_get_url (upload));
  return 0;
}

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &state_file, NULL, NULL },
    { "piece", 0, 0, G_OPTION_ARG_INT, &piece, NULL, NULL },
    { "tries", 0, 0, G_OPTION_ARG_INT, &tries, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("ENDPOINT FILE...");
  g_autoptr (SoupSession) session = NULL;
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 3)
    {
      g_printerr ("tus-put [--state FILE] [--piece BYTES] [--tries N] ENDPOINT FILE...\n");
      return 2;
    }
  session = soup_session_new_with_options ("timeout", 30, NULL);
  soup_session_set_proxy_resolver (session, NULL);
  for (int i = 2; i < argc; i++)
    {
      int status = put (session, argv[1], argv[i]);

      if (status != 0)
        return status;
    }
  return 0;
}
