/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-cli.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <gio/gunixinputstream.h>
#include <string.h>

#define MAX_LINE (1024 * 1024)

TstExit
tst_cli_exit_for (const GError *error)
{
  if (error->domain == G_OPTION_ERROR)
    return TST_EXIT_USAGE;
  if (error->domain != TST_ERROR)
    return TST_EXIT_PARTLY;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wswitch-enum"
  switch ((TstError) error->code)
    {
    case TST_ERROR_USAGE:
      return TST_EXIT_USAGE;
    case TST_ERROR_STORE_MISSING:
    case TST_ERROR_STORE_IN_USE:
    case TST_ERROR_STORE_DAMAGED:
    case TST_ERROR_STORE_NEWER:
      return TST_EXIT_STORE;
    case TST_ERROR_UNREACHABLE:
    case TST_ERROR_NOT_ENROLLED:
    case TST_ERROR_CAPTIVE_PORTAL:
    case TST_ERROR_REDIRECTED:
    case TST_ERROR_BUSY:
      return TST_EXIT_UNREACHABLE;
    case TST_ERROR_UNTRUSTED:
    case TST_ERROR_BAD_SIGNATURE:
    case TST_ERROR_BAD_PROOF:
    case TST_ERROR_BAD_RECEIPT:
    case TST_ERROR_HASH_MISMATCH:
      return TST_EXIT_VERIFICATION;
    default:
      return TST_EXIT_PARTLY;
    }
#pragma GCC diagnostic pop
}

void
tst_cli_refuse (TstCli *self, const char *item, const GError *error)
{
  self->refused++;
  if (self->json)
    {
      g_autoptr (JsonObject) row = json_object_new ();

      if (item != NULL)
        json_object_set_string_member (row, "item", item);
      json_object_set_string_member (row, "code", tst_error_code (error));
      json_object_set_string_member (row, "error", error->message);
      tst_cli_print (self, row, NULL);
    }
  if (item != NULL)
    tst_cli_say (self, "%s: %s (%s)", item, error->message, tst_error_code (error));
  else
    tst_cli_say (self, "%s (%s)", error->message, tst_error_code (error));
}

TstExit
tst_cli_fail (TstCli *self, const GError *error)
{
  tst_cli_refuse (self, NULL, error);
  return tst_cli_exit_for (error);
}

void
tst_cli_print (TstCli *self, JsonObject *row, const char *text)
{
  if (self->json)
    {
      g_autofree char *line = tst_json_write (row);

      g_print ("%s\n", line);
    }
  else if (text != NULL)
    g_print ("%s\n", text);
}

void
tst_cli_say (TstCli *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("%s: %s\n", self->program, text);
}

TstExit
tst_cli_exit (TstCli *self)
{
  return self->refused > 0 ? TST_EXIT_PARTLY : TST_EXIT_DONE;
}

char *
tst_cli_row_text (JsonObject *row)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GList) names = json_object_get_members (row);

  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *name = l->data;
      JsonNode *node = json_object_get_member (row, name);
      g_autofree char *value = NULL;

      if (!JSON_NODE_HOLDS_VALUE (node))
        continue;
      value = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node)
                                                              : json_to_string (node, FALSE);
      if (*value == '\0')
        continue;
      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "  " : "", name, value);
    }
  return g_string_free (text, FALSE);
}

gboolean
tst_cli_each_json_line (const char *file, TstCliLine func, gpointer user_data, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GDataInputStream) data = NULL;
  guint number = 0;

  if (g_str_equal (file, "-"))
    stream = g_unix_input_stream_new (0, FALSE);
  else
    {
      g_autoptr (GFile) source = g_file_new_for_commandline_arg (file);

      stream = G_INPUT_STREAM (g_file_read (source, NULL, error));
      if (stream == NULL)
        return FALSE;
    }
  data = g_data_input_stream_new (stream);

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) object = NULL;
      gsize length;
      g_autofree char *line = g_data_input_stream_read_line (data, &length, NULL, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (line == NULL)
        return TRUE;
      number++;
      if (length == 0)
        continue;
      if (length > MAX_LINE)
        g_set_error (&local, TST_ERROR, TST_ERROR_TOO_LARGE, "The line is longer than %d bytes", MAX_LINE);
      else
        object = tst_json_parse_object (line, length, &local);
      func (number, object, local, user_data);
    }
}

char *
tst_cli_read_stdin (gsize max, GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (0, FALSE);
  g_autofree char *text = g_malloc (max + 2);
  gsize size;

  if (!g_input_stream_read_all (stream, text, max + 1, &size, NULL, error))
    return NULL;
  if (size > max)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE, "The text is longer than %" G_GSIZE_FORMAT " bytes", max);
      return NULL;
    }
  text[size] = '\0';
  if (!g_utf8_validate (text, size, NULL))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The text is not UTF-8");
      return NULL;
    }
  return g_steal_pointer (&text);
}

gboolean
tst_cli_options (int *argc, char ***argv, const GOptionEntry *entries, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}
