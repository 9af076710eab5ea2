/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (TstApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain ("testigo", TST_LOCALE_DIR);
  bind_textdomain_codeset ("testigo", "UTF-8");
  textdomain ("testigo");
  application = tst_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
