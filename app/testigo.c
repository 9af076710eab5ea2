/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-application.h"

#include "kiosk/tst-look.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>
#include <string.h>

/* What is larger is given back to the system as soon as it is freed. Left to itself, glibc takes the first large block that is freed for a sign to keep
 * all such as holes in its heap: some 6 MB of this program, for hours. */
#define LARGE_BLOCK (128 * 1024)

/* From its build folder the program finds its settings' schema and its translations beside itself. */
static char *
find_beside (const char *a, const char *b)
{
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = exe != NULL ? g_path_get_dirname (exe) : NULL;
  g_autofree char *path = folder != NULL ? g_build_filename (folder, a, b, NULL) : NULL;

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

/* --lang: before GTK is started, as is the setting. */
static char *
wanted_language (int argc, char **argv)
{
  g_autoptr (GSettings) settings = NULL;

  for (int i = 1; i < argc; i++)
    {
      const char *value = NULL;

      if (g_str_has_prefix (argv[i], "--lang="))
        value = argv[i] + strlen ("--lang=");
      else if (g_str_equal (argv[i], "--lang") && i + 1 < argc)
        value = argv[i + 1];
      if (value != NULL && (g_str_equal (value, "es") || g_str_equal (value, "en")))
        return g_strdup (value);
    }
  settings = g_settings_new ("co.testigo.Testigo");
  return g_settings_get_string (settings, "language");
}

/* Before there is any other thread: the environment is nobody's but ours then. */
static void
keep_time (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("co.testigo.Testigo");
  g_autofree char *zone = g_settings_get_string (settings, "time-zone");

  if (*zone != '\0' && g_getenv ("TZ") == NULL)
    g_setenv ("TZ", zone, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (TstApplication) application = NULL;
  g_autofree char *schema = find_beside ("gschemas.compiled", NULL);
  g_autofree char *locales = find_beside ("..", "po");
  g_autofree char *language = NULL;

  mallopt (M_MMAP_THRESHOLD, LARGE_BLOCK);
  if (schema != NULL && g_getenv ("GSETTINGS_SCHEMA_DIR") == NULL)
    {
      g_autofree char *folder = g_path_get_dirname (schema);

      g_setenv ("GSETTINGS_SCHEMA_DIR", folder, TRUE);
    }
  setlocale (LC_ALL, "");
  bindtextdomain ("testigo", locales != NULL ? locales : TST_LOCALE_DIR);
  bind_textdomain_codeset ("testigo", "UTF-8");
  keep_time ();
  language = wanted_language (argc, argv);
  tst_look_speak (language);
  application = tst_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
