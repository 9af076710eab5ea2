/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-commands/tst-central-command.h"

#include "base/tst-fs.h"
#include "record/tst-body.h"

static char *
enrolment_line (JsonObject *row)
{
  return g_strdup (tst_json_string (row, "text"));
}

static TstExit
run_enrol_code (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autofree char *name = NULL;
  int days = 0;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL },
    { "days", 0, 0, G_OPTION_ARG_INT, &days, NULL, NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();

  if (!tst_cli_options (&argc, &argv, entries, &error))
    return tst_central_usage (cli, "enrol-code", error->message);
  if (name == NULL || argc != 1 || days < 0)
    return tst_central_usage (cli, "enrol-code", NULL);
  json_object_set_string_member (args, "name", name);
  if (days > 0)
    json_object_set_int_member (args, "valid_s", (gint64) days * 24 * 3600);
  return tst_central_run (cli, folder, "enrol-code", args, enrolment_line);
}

static TstExit
run_device_list (TstCli *cli, const char *folder, int argc, char **argv)
{
  if (argc != 1)
    return tst_central_usage (cli, "device list", NULL);
  return tst_central_run (cli, folder, "device-list", NULL, NULL);
}

static TstExit
set_state (TstCli *cli, const char *folder, int argc, char **argv, const char *state)
{
  g_autoptr (JsonObject) args = json_object_new ();

  if (argc != 2)
    return tst_central_usage (cli, argv[0], NULL);
  json_object_set_string_member (args, "which", argv[1]);
  json_object_set_string_member (args, "state", state);
  return tst_central_run (cli, folder, "device-state", args, NULL);
}

static TstExit
run_device_lost (TstCli *cli, const char *folder, int argc, char **argv)
{
  return set_state (cli, folder, argc, argv, "lost");
}

static TstExit
run_device_retire (TstCli *cli, const char *folder, int argc, char **argv)
{
  return set_state (cli, folder, argc, argv, "retired");
}

#define MAX_PEM (64 * 1024)

static TstExit
run_pins (TstCli *cli, const char *folder, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) args = json_object_new ();
  JsonArray *files = json_array_new ();

  json_object_set_array_member (args, "files", files);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GBytes) pem = tst_fs_read (argv[i], MAX_PEM, &error);
      g_autofree char *text = NULL;

      if (pem == NULL)
        return tst_cli_fail (cli, error);
      text = g_strndup (g_bytes_get_data (pem, NULL), g_bytes_get_size (pem));
      json_array_add_string_element (files, text);
    }
  return tst_central_run (cli, folder, "pins", args, NULL);
}

const TstCentralCommand tst_central_device_commands[] = {
  { "enrol-code", "--name DEVICE [--days N]", "what the QR for a new device says", run_enrol_code },
  { "device list", "", "devices with state and last number of each chain", run_device_list },
  { "device lost", "NAME", "a lost tablet: what still comes from it waits for a person", run_device_lost },
  { "device retire", "NAME", "both keys of a tablet count no more", run_device_retire },
  { "pins", "[CERTIFICATE.pem…]", "the proxy's TLS keys that devices are to expect: the one in use and a spare", run_pins },
  { NULL },
};
