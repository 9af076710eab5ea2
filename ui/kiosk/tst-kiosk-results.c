/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-results.h"

#include "base/tst-error.h"
#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <math.h>

struct _TstKioskResults
{
  TstKioskScreen parent_instance;
  GtkWidget *column, *notice, *list, *back;
  guint n_forms;
};

typedef enum
{
  PROP_N_FORMS = 1,
} TstKioskResultsProperty;

static GParamSpec *properties[PROP_N_FORMS + 1];

G_DEFINE_FINAL_TYPE (TstKioskResults, tst_kiosk_results, TST_TYPE_KIOSK_SCREEN)

static double
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : NAN;
}

static void
add_small (GtkWidget *box, const char *text)
{
  GtkWidget *label = tst_form_text (box, text);

  gtk_widget_add_css_class (label, "dim-label");
}

/* One choice: its words, its share as a bar and in figures. A screen reader gets one sentence. */
static void
add_option (GtkWidget *box, JsonObject *option)
{
  const char *label = tst_json_string (option, "label");
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  double pct = get_number (option, "pct");
  g_autofree char *text = NULL;
  GtkWidget *bar;

  gtk_box_append (GTK_BOX (box), row);
  if (tst_json_bool (option, "hidden", FALSE) || isnan (pct))
    {
      text = g_strdup_printf (_("%s: no se muestra, son muy pocas personas."), label);
      add_small (row, text);
      return;
    }
  text = g_strdup_printf (ngettext ("%s: %.0f %% (%d persona)", "%s: %.0f %% (%d personas)", (gulong) tst_json_int (option, "count", 0)), label, pct,
                          (int) tst_json_int (option, "count", 0));
  tst_form_text (row, text);
  bar = gtk_level_bar_new_for_interval (0, 100);
  gtk_level_bar_add_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW, 0);
  gtk_level_bar_add_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH, 0);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), pct);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_add_css_class (bar, "share");
  gtk_box_append (GTK_BOX (row), bar);
}

static void
add_question (GtkWidget *box, JsonObject *question)
{
  JsonArray *options = tst_json_array (question, "options");
  double mean = get_number (question, "mean"), most = get_number (question, "mean_of");
  int answered = (int) tst_json_int (question, "answered", 0);
  g_autofree char *people = NULL;

  gtk_box_append (GTK_BOX (box), tst_build_heading (tst_json_string (question, "text")));
  if (tst_json_bool (question, "few", FALSE))
    {
      add_small (box, _("Respondieron menos de cinco personas: no se muestra."));
      return;
    }
  if (!isnan (mean))
    {
      g_autofree char *average = tst_format_number (mean, 1);
      g_autofree char *best = isnan (most) ? NULL : tst_format_number (most, 0);
      g_autofree char *text = best == NULL ? g_strdup_printf (_("En promedio: %s"), average) : g_strdup_printf (_("En promedio: %s de %s"), average, best);

      gtk_widget_add_css_class (tst_form_text (box, text), "sentence");
    }
  for (guint i = 0; options != NULL && i < json_array_get_length (options); i++)
    add_option (box, json_array_get_object_element (options, i));
  people = g_strdup_printf (ngettext ("Respondió %d persona.", "Respondieron %d personas.", (gulong) answered), answered);
  add_small (box, people);
}

/* Central's language for this screen; nothing where no figures stand any more. */
static JsonObject *
get_shown (TstKioskResults *self, JsonObject *row)
{
  JsonObject *in = tst_json_object (row, "in");

  return in != NULL ? tst_json_object (in, tst_kiosk_screen_get_lang (TST_KIOSK_SCREEN (self))) : NULL;
}

static void
add_form (TstKioskResults *self, JsonObject *row, JsonObject *shown)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  JsonArray *questions = tst_json_array (shown, "questions");
  const char *as_of = tst_json_string (row, "as_of");
  int responses = (int) tst_json_int (shown, "responses", 0);
  g_autoptr (GDateTime) newest = as_of != NULL ? g_date_time_new_from_iso8601 (as_of, NULL) : NULL;
  g_autoptr (GDateTime) local = newest != NULL ? g_date_time_to_local (newest) : NULL;
  g_autofree char *day = local != NULL ? tst_format_date (local) : NULL;
  g_autofree char *text = NULL;

  gtk_box_append (GTK_BOX (box), tst_build_title (tst_json_string (shown, "title")));
  text = day != NULL ? g_strdup_printf (ngettext ("%d respuesta, hasta el %s.", "%d respuestas, hasta el %s.", (gulong) responses), responses, day)
                     : g_strdup_printf (ngettext ("%d respuesta.", "%d respuestas.", (gulong) responses), responses);
  add_small (box, text);
  for (guint i = 0; questions != NULL && i < json_array_get_length (questions); i++)
    add_question (box, json_array_get_object_element (questions, i));
  gtk_box_append (GTK_BOX (self->list), box);
  self->n_forms++;
}

static void
on_results (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstKioskResults) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);

  if (rows == NULL)
    {
      tst_form_notice_set (self->notice, tst_message_for_code (tst_error_code (error)), TRUE);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *shown = get_shown (self, rows->pdata[i]);

      if (shown != NULL)
        add_form (self, rows->pdata[i], shown);
    }
  if (self->n_forms == 0)
    tst_form_text (self->list, _("Todavía no hay resultados publicados. Se publican cuando responden cinco personas o más."));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FORMS]);
}

static void
tst_kiosk_results_shown (TstKioskScreen *screen)
{
  gtk_widget_grab_focus (TST_KIOSK_RESULTS (screen)->back);
}

static void
tst_kiosk_results_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstKioskResultsProperty) id == PROP_N_FORMS)
    g_value_set_uint (value, TST_KIOSK_RESULTS (object)->n_forms);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_kiosk_results_class_init (TstKioskResultsClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = tst_kiosk_results_get_property;
  TST_KIOSK_SCREEN_CLASS (klass)->shown = tst_kiosk_results_shown;
  properties[PROP_N_FORMS]
    = g_param_spec_uint ("n-forms", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), G_N_ELEMENTS (properties), properties);
}

static void
tst_kiosk_results_init (TstKioskResults *self)
{
  GtkWidget *foot;
  GtkWidget *page = tst_form_page (760, &self->column, &foot);

  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (self->column), self->notice);
  add_small (self->column, _("Lo que respondió la gente, sin datos de nadie. Se cuentan personas de cinco en cinco. Una pregunta que respondieron menos de cinco no se muestra, y de lo que es sobre la persona tampoco lo que escogieron menos de cinco."));
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 26);
  gtk_box_append (GTK_BOX (self->column), self->list);
  self->back = tst_form_button (_("Atrás"), "main");
  g_signal_connect_swapped (self->back, "clicked", G_CALLBACK (tst_kiosk_screen_finish), self);
  gtk_box_append (GTK_BOX (foot), self->back);
  adw_bin_set_child (ADW_BIN (self), page);
}

GtkWidget *
tst_kiosk_results_new (TstSession *session, const char *event, const char *lang)
{
  TstKioskResults *self = g_object_new (TST_TYPE_KIOSK_RESULTS, "session", session, "event", event, "lang", lang, NULL);
  TstFieldBook *book = tst_session_get_book (session);

  if (book != NULL)
    tst_field_book_list_async (book, "results", NULL, NULL, on_results, g_object_ref (self));
  return GTK_WIDGET (self);
}
