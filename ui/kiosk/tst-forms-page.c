/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-forms-page.h"

#include "base/tst-error.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-forms.h"
#include "kiosk/tst-compat.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstFormsPage
{
  TstPage parent_instance;
  GtkWidget *notice, *findings, *list, *import;
  GSettings *settings;
  guint n_forms, n_findings;
};

typedef enum
{
  PROP_N_FORMS = 1,
  PROP_N_FINDINGS,
} TstFormsPageProperty;

static GParamSpec *properties[PROP_N_FINDINGS + 1];

G_DEFINE_FINAL_TYPE (TstFormsPage, tst_forms_page, TST_TYPE_PAGE)

static void
clear (GtkWidget *box)
{
  for (GtkWidget *child; (child = gtk_widget_get_first_child (box)) != NULL;)
    gtk_box_remove (GTK_BOX (box), child);
}

/* --- which ones the kiosk offers --- */

static void
on_offered (GtkWidget *control, GParamSpec *pspec, TstFormsPage *self)
{
  const char *code = g_object_get_data (G_OBJECT (control), "form");
  g_auto (GStrv) before = g_settings_get_strv (self->settings, "kiosk-forms");
  g_autoptr (GStrvBuilder) after = g_strv_builder_new ();
  g_auto (GStrv) codes = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    if (g_strcmp0 (before[i], code) != 0)
      g_strv_builder_add (after, before[i]);
  if (gtk_switch_get_active (GTK_SWITCH (control)))
    g_strv_builder_add (after, code);
  codes = g_strv_builder_end (after);
  g_settings_set_strv (self->settings, "kiosk-forms", (const char *const *) codes);
}

static const char *
from_words (const char *from)
{
  if (g_strcmp0 (from, "central") == 0)
    return _("del municipio");
  return g_strcmp0 (from, "here") == 0 ? _("cargado en esta tableta") : _("viene con Testigo");
}

static void
add_form (TstFormsPage *self, JsonObject *row, const char *const *offered)
{
  guint n = (guint) tst_json_int (row, "questions", 0);
  g_autofree char *questions = g_strdup_printf (ngettext ("%u pregunta", "%u preguntas", n), n);
  g_autofree char *facts = g_strdup_printf ("%s · %s", questions, from_words (tst_json_string (row, "from")));
  GtkWidget *control;

  /* What staff fills in about a visit is not for the public. */
  if (tst_json_bool (row, "staff", FALSE))
    {
      gtk_box_append (GTK_BOX (self->list), tst_build_setting (tst_json_string (row, "title"), facts, gtk_label_new (_("Del personal"))));
      return;
    }
  control = gtk_switch_new ();
  gtk_switch_set_active (GTK_SWITCH (control), g_strv_contains (offered, tst_json_string (row, "code")));
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (control), "form", g_strdup (tst_json_string (row, "code")), g_free);
  g_signal_connect (control, "notify::active", G_CALLBACK (on_offered), self);
  gtk_box_append (GTK_BOX (self->list), tst_build_setting (tst_json_string (row, "title"), facts, control));
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstFormsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  g_auto (GStrv) offered = g_settings_get_strv (self->settings, "kiosk-forms");

  if (rows == NULL)
    {
      tst_form_notice_set (self->notice, tst_message_for_code (tst_error_code (error)), TRUE);
      return;
    }
  clear (self->list);
  for (guint i = 0; i < rows->len; i++)
    add_form (self, rows->pdata[i], (const char *const *) offered);
  self->n_forms = rows->len;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FORMS]);
}

static void
refresh (TstFormsPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book != NULL)
    tst_field_book_list_async (book, "forms", NULL, NULL, on_listed, g_object_ref (self));
}

/* --- importing --- */

static void
show_findings (TstFormsPage *self, GPtrArray *findings)
{
  clear (self->findings);
  self->n_findings = findings != NULL ? findings->len : 0;
  for (guint i = 0; i < self->n_findings; i++)
    {
      const TstFormFinding *finding = findings->pdata[i];
      g_autofree char *where = *finding->column != '\0' ? g_strdup_printf (_("Hoja %s, fila %u, columna %s"), finding->sheet, finding->row, finding->column)
                                                        : g_strdup_printf (_("Hoja %s"), finding->sheet);
      g_autofree char *text = g_strdup_printf ("%s: %s", where, finding->what);
      GtkWidget *notice = tst_build_notice ();

      tst_notice_set (notice, finding->fatal ? "trouble" : "waiting", text);
      gtk_box_append (GTK_BOX (self->findings), notice);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FINDINGS]);
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstFormsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (TstForm) form = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_sensitive (self->import, TRUE);
  tst_field_book_import_form_finish (TST_FIELD_BOOK (source), result, &findings, &form, &error);
  show_findings (self, findings);
  if (form == NULL)
    {
      tst_form_notice_set (self->notice, self->n_findings > 0 ? _("Este formulario no se puede usar todavía. Corrija estas celdas y vuelva a cargarlo.")
                                                              : tst_message_for_code (tst_error_code (error)), TRUE);
      return;
    }
  text = g_strdup_printf (self->n_findings > 0 ? _("Se cargó «%s». Esto no se usa:") : _("Se cargó «%s»."),
                          tst_form_words (form, form->title, form->default_language));
  if (form->unmarked)
    {
      char *more = g_strconcat (text, " ", _("Como no dice qué preguntas son sobre la persona (columna «sensitive»), los resultados no muestran lo que escogieron menos de cinco."), NULL);

      g_free (text);
      text = more;
    }
  tst_form_notice_set (self->notice, text, FALSE);
  tst_session_saved (tst_page_get_session (TST_PAGE (self)));
  refresh (self);
}

void
tst_forms_page_import (TstFormsPage *self, const char *path)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  g_return_if_fail (TST_IS_FORMS_PAGE (self) && path != NULL);
  if (book == NULL)
    return;
  gtk_widget_set_sensitive (self->import, FALSE);
  tst_field_book_import_form_async (book, path, NULL, on_imported, g_object_ref (self));
}

static void
on_chosen (GListModel *files, gpointer user_data)
{
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    tst_forms_page_import (user_data, path);
}

static void
on_import (TstFormsPage *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_add_suffix (filter, "xlsx");
  gtk_file_filter_set_name (filter, _("XLSForm (.xlsx)"));
  tst_compat_open_files (GTK_WIDGET (self), _("Elija el formulario"), filter, FALSE, on_chosen, self, G_OBJECT (self));
}

/* --- the page --- */

static void
tst_forms_page_shown (TstPage *page)
{
  refresh (TST_FORMS_PAGE (page));
}

static void
tst_forms_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstFormsPage *self = TST_FORMS_PAGE (object);

  switch ((TstFormsPageProperty) id)
    {
    case PROP_N_FORMS:
      g_value_set_uint (value, self->n_forms);
      break;
    case PROP_N_FINDINGS:
      g_value_set_uint (value, self->n_findings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_forms_page_constructed (GObject *object)
{
  TstFormsPage *self = TST_FORMS_PAGE (object);
  GtkWidget *column, *foot;
  GtkWidget *page = tst_form_page (680, &column, &foot);

  G_OBJECT_CLASS (tst_forms_page_parent_class)->constructed (object);
  self->settings = g_object_ref (tst_session_get_settings (tst_page_get_session (TST_PAGE (self))));
  gtk_box_append (GTK_BOX (column), tst_build_text (_("Las encuestas que el público puede responder en esta tableta. Un formulario de ODK o KoboToolbox sirve sin cambios.")));
  self->notice = tst_form_notice_new ();
  self->findings = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (column), self->notice);
  gtk_box_append (GTK_BOX (column), self->findings);
  gtk_box_append (GTK_BOX (column), tst_build_heading (_("En el kiosco")));
  gtk_box_append (GTK_BOX (column), self->list);
  self->import = tst_form_button (_("Cargar un formulario"), "main suggested-action");
  g_signal_connect_swapped (self->import, "clicked", G_CALLBACK (on_import), self);
  gtk_box_append (GTK_BOX (foot), self->import);
  adw_bin_set_child (ADW_BIN (self), page);
}

static void
tst_forms_page_dispose (GObject *object)
{
  g_clear_object (&TST_FORMS_PAGE (object)->settings);
  G_OBJECT_CLASS (tst_forms_page_parent_class)->dispose (object);
}

static void
tst_forms_page_class_init (TstFormsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_forms_page_get_property;
  object_class->constructed = tst_forms_page_constructed;
  object_class->dispose = tst_forms_page_dispose;
  TST_PAGE_CLASS (klass)->shown = tst_forms_page_shown;
  properties[PROP_N_FORMS] = g_param_spec_uint ("n-forms", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_N_FINDINGS] = g_param_spec_uint ("n-findings", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_forms_page_init (TstFormsPage *self)
{
}

GtkWidget *
tst_forms_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_FORMS_PAGE, "session", session, "title", _("Encuestas"), NULL);
}
