/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-settings.h"

#include "kiosk/tst-kiosk-print.h"
#include "kiosk/tst-kiosk-start.h"
#include "widgets/tst-form.h"
#include "widgets/tst-options.h"

#include <glib/gi18n.h>
#include <string.h>

#define NO_PRINTER "-" /* no queue of CUPS has this name */

struct _TstKioskSettings
{
  TstPage parent_instance;
  GSettings *settings;
  GtkWidget *choices[8];
  GtkWidget *printer_place, *printer, *try_printer, *notice;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (TstKioskSettings, tst_kiosk_settings, TST_TYPE_PAGE)

/* --- what it offers --- */

static void
on_choice (TstKioskSettings *self)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  for (guint i = 0; tst_kiosk_choices[i] != NULL; i++)
    if (self->choices[i] != NULL && gtk_switch_get_active (GTK_SWITCH (self->choices[i])))
      g_ptr_array_add (wanted, (gpointer) tst_kiosk_choices[i]);
  g_ptr_array_add (wanted, NULL);
  g_settings_set_strv (self->settings, "kiosk-choices", (const char *const *) wanted->pdata);
}

static void
add_choices (TstKioskSettings *self, GtkWidget *column)
{
  g_auto (GStrv) wanted = g_settings_get_strv (self->settings, "kiosk-choices");

  tst_form_heading (column, _("Qué ofrece"));
  for (guint i = 0; tst_kiosk_choices[i] != NULL && i < G_N_ELEMENTS (self->choices); i++)
    {
      gboolean results = g_str_equal (tst_kiosk_choices[i], "results");
      GtkWidget *control = tst_form_switch (column, tst_kiosk_choice_label (tst_kiosk_choices[i]),
                                            results ? _("También mientras el espacio sigue abierto y la gente todavía responde: quien mira antes de "
                                                        "responder puede dejarse llevar. Si no quiere eso, enciéndalo al cerrar.")
                                                    : NULL);

      gtk_switch_set_active (GTK_SWITCH (control), g_strv_contains ((const char *const *) wanted, tst_kiosk_choices[i]));
      self->choices[i] = control;
    }
  for (guint i = 0; tst_kiosk_choices[i] != NULL && i < G_N_ELEMENTS (self->choices); i++)
    g_signal_connect_swapped (self->choices[i], "notify::active", G_CALLBACK (on_choice), self);
}

/* --- when nobody is there --- */

static const struct
{
  const char *name, *label;
} idle[] = { { "30", N_("30 segundos") }, { "60", N_("1 minuto") }, { "120", N_("2 minutos") }, { "300", N_("5 minutos") } },
  countdown[] = { { "20", N_("20 segundos") }, { "40", N_("40 segundos") }, { "60", N_("1 minuto") } };

static void
on_seconds (GtkWidget *options, GParamSpec *pspec, TstKioskSettings *self)
{
  const char *value = tst_options_get_value (TST_OPTIONS (options));

  if (*value != '\0')
    g_settings_set_uint (self->settings, g_object_get_data (G_OBJECT (options), "key"), (guint) g_ascii_strtoull (value, NULL, 10));
}

static GtkWidget *
make_seconds (TstKioskSettings *self, GtkWidget *column, const char *question, const char *key)
{
  GtkWidget *options = tst_options_new (question, TST_OPTIONS_ONE, FALSE);

  tst_form_heading (column, question);
  g_object_set_data (G_OBJECT (options), "key", (gpointer) key);
  gtk_box_append (GTK_BOX (column), options);
  return options;
}

static void
show_seconds (TstKioskSettings *self, GtkWidget *options)
{
  g_autofree char *value = g_strdup_printf ("%u", g_settings_get_uint (self->settings, g_object_get_data (G_OBJECT (options), "key")));

  tst_options_added (TST_OPTIONS (options));
  tst_options_set_value (TST_OPTIONS (options), value);
  g_signal_connect_object (options, "notify::value", G_CALLBACK (on_seconds), self, 0);
}

static void
add_times (TstKioskSettings *self, GtkWidget *column)
{
  GtkWidget *options = make_seconds (self, column, _("Pregunta «¿Sigue ahí?» después de"), "kiosk-idle-seconds");

  for (guint i = 0; i < G_N_ELEMENTS (idle); i++)
    tst_options_add (TST_OPTIONS (options), idle[i].name, _(idle[i].label));
  show_seconds (self, options);
  options = make_seconds (self, column, _("Si nadie responde, lo borra todo después de"), "kiosk-warning-seconds");
  for (guint i = 0; i < G_N_ELEMENTS (countdown); i++)
    tst_options_add (TST_OPTIONS (options), countdown[i].name, _(countdown[i].label));
  show_seconds (self, options);
}

/* --- the printer --- */

static void
show_try (TstKioskSettings *self)
{
  gtk_widget_set_visible (self->try_printer, tst_kiosk_print_is_there (tst_page_get_session (TST_PAGE (self))));
}

static void
on_printer (TstKioskSettings *self)
{
  const char *value = tst_options_get_value (TST_OPTIONS (self->printer));

  g_settings_set_string (self->settings, "kiosk-printer", g_str_equal (value, NO_PRINTER) ? "" : value);
  show_try (self);
}

static void
on_try (TstKioskSettings *self)
{
  gboolean handed_over = tst_kiosk_print_receipt (tst_page_get_session (TST_PAGE (self)), "0000-0000-0000-0000-0", _("Prueba de impresión"));

  tst_form_notice_set (self->notice, handed_over ? _("La prueba va a la impresora.") : _("No se pudo mandar a la impresora. Mire que esté encendida y elegida."),
                       !handed_over);
}

/* @queues: names of CUPS, one a line; NULL: it is not there. */
static void
show_printers (TstKioskSettings *self, const char *queues)
{
  g_autofree char *chosen = g_settings_get_string (self->settings, "kiosk-printer");
  g_auto (GStrv) names = g_strsplit (queues != NULL ? queues : "", "\n", -1);
  guint found = 0;
  gboolean listed = FALSE;

  self->printer = tst_options_new (_("Impresora de recibos"), TST_OPTIONS_ONE, FALSE);
  tst_options_add (TST_OPTIONS (self->printer), NO_PRINTER, _("Ninguna"));
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *name = g_strstrip (names[i]);

      if (*name == '\0' || *name == '-' || strchr (name, ' ') != NULL)
        continue;
      tst_options_add (TST_OPTIONS (self->printer), name, name);
      listed = listed || g_str_equal (name, chosen);
      found++;
    }
  /* Chosen before, and not there now: it stays chosen until somebody says otherwise. */
  if (*chosen != '\0' && !listed)
    tst_options_add (TST_OPTIONS (self->printer), chosen, chosen);
  tst_options_added (TST_OPTIONS (self->printer));
  tst_options_set_value (TST_OPTIONS (self->printer), *chosen != '\0' ? chosen : NO_PRINTER);
  g_signal_connect_swapped (self->printer, "notify::value", G_CALLBACK (on_printer), self);
  gtk_box_append (GTK_BOX (self->printer_place), self->printer);
  if (found == 0)
    tst_form_text (self->printer_place, _("Este equipo no tiene impresoras. Agréguela en la configuración del sistema (CUPS) y vuelva aquí."));
  show_try (self);
}

static void
on_queues (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *queues = NULL;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &queues, NULL, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_printers (user_data, queues);
}

static void
add_printer (TstKioskSettings *self, GtkWidget *column)
{
  g_autoptr (GSubprocess) lpstat = NULL;

  tst_form_heading (column, _("Impresora de recibos"));
  self->printer_place = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_box_append (GTK_BOX (column), self->printer_place);
  self->try_printer = tst_form_button (_("Imprimir una prueba"), NULL);
  g_signal_connect_swapped (self->try_printer, "clicked", G_CALLBACK (on_try), self);
  gtk_box_append (GTK_BOX (column), self->try_printer);
  gtk_widget_set_visible (self->try_printer, FALSE);
  lpstat = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "lpstat", "-e", NULL);
  if (lpstat != NULL)
    g_subprocess_communicate_utf8_async (lpstat, NULL, self->cancellable, on_queues, self);
  else
    show_printers (self, NULL);
}

/* --- the page --- */

static void
tst_kiosk_settings_dispose (GObject *object)
{
  TstKioskSettings *self = TST_KIOSK_SETTINGS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (tst_kiosk_settings_parent_class)->dispose (object);
}

static void
tst_kiosk_settings_class_init (TstKioskSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_kiosk_settings_dispose;
}

static void
tst_kiosk_settings_init (TstKioskSettings *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
tst_kiosk_settings_new (TstSession *session)
{
  TstKioskSettings *self = g_object_new (TST_TYPE_KIOSK_SETTINGS, "session", session, "title", _("Ajustes del kiosco"), NULL);
  GtkWidget *column, *control;

  self->settings = g_object_ref (tst_session_get_settings (session));
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, NULL));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  add_choices (self, column);
  add_times (self, column);
  tst_form_heading (column, _("Teclado"));
  control = tst_form_switch (column, _("Teclado en la pantalla"), _("Apáguelo si la tableta tiene uno de verdad."));
  g_settings_bind (self->settings, "kiosk-keyboard", control, "active", G_SETTINGS_BIND_DEFAULT);
  add_printer (self, column);
  return GTK_WIDGET (self);
}
