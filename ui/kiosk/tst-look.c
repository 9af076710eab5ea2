/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-look.h"

#include <adwaita.h>
#include <libintl.h>
#include <locale.h>

/* In units of 1/1024 dot per inch, as GTK has it; what the system asked for before we changed it. */
static int system_dpi;

static double person_scale; /* 0: as the settings say */

static void
follow_size (GSettings *settings)
{
  GtkSettings *gtk = gtk_settings_get_default ();

  if (gtk == NULL)
    return;
  if (system_dpi <= 0)
    g_object_get (gtk, "gtk-xft-dpi", &system_dpi, NULL);
  if (system_dpi <= 0)
    system_dpi = 96 * 1024;
  g_object_set (gtk, "gtk-xft-dpi", (int) (system_dpi * (person_scale > 0 ? person_scale : g_settings_get_double (settings, "text-scale"))), NULL);
}

static gboolean high_contrast; /* of the person at the kiosk: black on white, whatever the look */

static void
follow_look (GSettings *settings)
{
  g_autofree char *look = high_contrast ? g_strdup ("light") : g_settings_get_string (settings, "look");
  AdwColorScheme scheme = ADW_COLOR_SCHEME_DEFAULT;

  if (g_str_equal (look, "light"))
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (look, "dark"))
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
}

static void
follow_motion (GSettings *settings)
{
  GtkSettings *gtk = gtk_settings_get_default ();

  if (gtk == NULL)
    return;
  if (g_settings_get_boolean (settings, "reduced-motion"))
    g_object_set (gtk, "gtk-enable-animations", FALSE, NULL);
  else
    gtk_settings_reset_property (gtk, "gtk-enable-animations");
}

void
tst_look_follow (GSettings *settings)
{
  GtkSettings *gtk = gtk_settings_get_default ();

  /* Words that can be copied are not chosen by the focus that comes to them: nobody did that. */
  if (gtk != NULL)
    g_object_set (gtk, "gtk-label-select-on-focus", FALSE, NULL);
  g_signal_connect (settings, "changed::text-scale", G_CALLBACK (follow_size), NULL);
  g_signal_connect (settings, "changed::look", G_CALLBACK (follow_look), NULL);
  g_signal_connect (settings, "changed::reduced-motion", G_CALLBACK (follow_motion), NULL);
  follow_size (settings);
  follow_look (settings);
  follow_motion (settings);
}

void
tst_look_speak (const char *language)
{
  const char *locale = setlocale (LC_MESSAGES, NULL);

  /* In the locale "C" gettext looks at nothing else. */
  if (g_strcmp0 (locale, "C") == 0 || g_strcmp0 (locale, "POSIX") == 0)
    setlocale (LC_MESSAGES, "C.UTF-8");
  g_setenv ("LANGUAGE", language, TRUE);
  /* Tells gettext that what it remembers is of another language. */
  textdomain ("testigo");
}

void
tst_look_scale (GSettings *settings, double scale)
{
  person_scale = scale;
  follow_size (settings);
}

void
tst_look_set_contrast (GSettings *settings, gboolean high)
{
  static GtkCssProvider *sheet; /* kept: making it again each time would read it again */
  GdkDisplay *display = gdk_display_get_default ();

  if (sheet == NULL)
    {
      sheet = gtk_css_provider_new ();
      gtk_css_provider_load_from_resource (sheet, "/co/testigo/Testigo/style-contrast.css");
    }
  high_contrast = high;
  follow_look (settings);
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (sheet));
  if (high)
    gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (sheet), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}
