/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-bar.h"

#include "kiosk/tst-look.h"

#include <glib/gi18n.h>

struct _TstKioskBar
{
  GtkBox parent_instance;
  TstSession *session;
  TstKioskScreen *screen; /* weak */
  GtkWidget *home, *language, *size, *contrast, *listen;
  char *lang;
  double scale; /* 0: as staff set it */
  gboolean speaking;
};

enum
{
  HOME,
  LANGUAGE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstKioskBar, tst_kiosk_bar, GTK_TYPE_BOX)

static void
name (GtkWidget *button, const char *words)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
tst_kiosk_bar_speak (TstKioskBar *self, const char *lang)
{
  gboolean spanish = g_str_equal (lang, "es");

  g_return_if_fail (TST_IS_KIOSK_BAR (self));
  g_free (self->lang);
  self->lang = g_strdup (lang);
  name (self->home, _("Inicio"));
  /* In the language that it leads to, for who reads no other. */
  gtk_button_set_label (GTK_BUTTON (self->language), spanish ? "English" : "Español");
  name (self->language, spanish ? "English" : "Español");
  name (self->size, _("Letra más grande"));
  name (self->contrast, _("Alto contraste"));
  name (self->listen, self->speaking ? _("Callar") : _("Escuchar"));
}

static void
on_home (TstKioskBar *self)
{
  g_signal_emit (self, signals[HOME], 0);
}

static void
on_language (TstKioskBar *self)
{
  g_signal_emit (self, signals[LANGUAGE], 0, g_str_equal (self->lang, "es") ? "en" : "es");
}

static void
on_size (TstKioskBar *self)
{
  self->scale = self->scale < 1.4 ? 1.5 : self->scale < 1.9 ? 2.0 : 1.0;
  tst_look_scale (tst_session_get_settings (self->session), self->scale);
}

static void
on_contrast (TstKioskBar *self)
{
  tst_look_set_contrast (tst_session_get_settings (self->session), gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->contrast)));
}

static void
stop (TstKioskBar *self)
{
  TstSpeaker *speaker = tst_session_get_speaker (self->session);

  if (speaker != NULL && self->speaking)
    tst_speaker_stop (speaker);
  self->speaking = FALSE;
  name (self->listen, _("Escuchar"));
}

void
tst_kiosk_bar_say (TstKioskBar *self, const char *text)
{
  TstSpeaker *speaker = tst_session_get_speaker (self->session);

  g_return_if_fail (TST_IS_KIOSK_BAR (self));
  if (speaker == NULL)
    return;
  self->speaking = TRUE;
  name (self->listen, _("Callar"));
  tst_speaker_say (speaker, text, self->lang);
}

static void
on_listen (TstKioskBar *self)
{
  g_autofree char *text = NULL;

  if (self->speaking)
    {
      stop (self);
      return;
    }
  if (self->screen == NULL)
    return;
  text = tst_kiosk_screen_dup_text (self->screen);
  tst_kiosk_bar_say (self, text);
}

void
tst_kiosk_bar_set_screen (TstKioskBar *self, TstKioskScreen *screen, gboolean is_start)
{
  g_return_if_fail (TST_IS_KIOSK_BAR (self));
  stop (self);
  g_set_weak_pointer (&self->screen, screen);
  gtk_widget_set_visible (self->home, !is_start);
  gtk_widget_set_visible (self->language, is_start);
  gtk_widget_set_visible (self->listen, tst_session_get_speaker (self->session) != NULL);
}

gboolean
tst_kiosk_bar_is_changed (TstKioskBar *self)
{
  g_autofree char *lang = NULL;

  g_return_val_if_fail (TST_IS_KIOSK_BAR (self), FALSE);
  lang = g_settings_get_string (tst_session_get_settings (self->session), "language");
  return self->scale > 0 || gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->contrast)) || !g_str_equal (lang, self->lang);
}

void
tst_kiosk_bar_reset (TstKioskBar *self)
{
  g_return_if_fail (TST_IS_KIOSK_BAR (self));
  stop (self);
  if (self->scale > 0)
    tst_look_scale (tst_session_get_settings (self->session), 0);
  self->scale = 0;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->contrast), FALSE);
}

static void
tst_kiosk_bar_dispose (GObject *object)
{
  TstKioskBar *self = TST_KIOSK_BAR (object);

  g_clear_weak_pointer (&self->screen);
  g_clear_object (&self->session);
  g_clear_pointer (&self->lang, g_free);
  G_OBJECT_CLASS (tst_kiosk_bar_parent_class)->dispose (object);
}

static void
tst_kiosk_bar_class_init (TstKioskBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_kiosk_bar_dispose;
  signals[HOME] = g_signal_new ("home", TST_TYPE_KIOSK_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LANGUAGE] = g_signal_new ("language", TST_TYPE_KIOSK_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkWidget *
add (TstKioskBar *self, GtkWidget *button, GCallback callback, const char *signal)
{
  gtk_widget_add_css_class (button, "kiosk-tool");
  g_signal_connect_swapped (button, signal, callback, self);
  gtk_box_append (GTK_BOX (self), button);
  return button;
}

static void
tst_kiosk_bar_init (TstKioskBar *self)
{
  GtkWidget *gap = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *contrast = gtk_toggle_button_new ();

  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk-tools");
  self->home = add (self, gtk_button_new_from_icon_name ("go-home-symbolic"), G_CALLBACK (on_home), "clicked");
  gtk_widget_set_hexpand (gap, TRUE);
  gtk_box_append (GTK_BOX (self), gap);
  self->listen = add (self, gtk_button_new_from_icon_name ("audio-volume-high-symbolic"), G_CALLBACK (on_listen), "clicked");
  self->size = add (self, gtk_button_new_with_label ("A+"), G_CALLBACK (on_size), "clicked");
  gtk_button_set_child (GTK_BUTTON (contrast), gtk_label_new ("◐"));
  self->contrast = add (self, contrast, G_CALLBACK (on_contrast), "toggled");
  self->language = add (self, gtk_button_new_with_label ("English"), G_CALLBACK (on_language), "clicked");
}

GtkWidget *
tst_kiosk_bar_new (TstSession *session)
{
  TstKioskBar *self = g_object_new (TST_TYPE_KIOSK_BAR, NULL);

  self->session = g_object_ref (session);
  tst_kiosk_bar_speak (self, "es");
  return GTK_WIDGET (self);
}
