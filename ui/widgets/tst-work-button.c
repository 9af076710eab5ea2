/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-work-button.h"

#include "format/tst-format.h"
#include "model/tst-code-lists.h"
#include "widgets/tst-status-mark.h"

#include <glib/gi18n.h>
#include <math.h>

struct _TstWorkButton
{
  GtkButton parent_instance;
  GtkWidget *mark, *title, *facts, *status, *evidence, *distance;
  char *code;
  char *name; /* for assistive technology, without the evidence */
};

G_DEFINE_FINAL_TYPE (TstWorkButton, tst_work_button, GTK_TYPE_BUTTON)

static GtkWidget *
make_label (const char *class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static void
tst_work_button_finalize (GObject *object)
{
  g_free (TST_WORK_BUTTON (object)->code);
  g_free (TST_WORK_BUTTON (object)->name);
  G_OBJECT_CLASS (tst_work_button_parent_class)->finalize (object);
}

static void
tst_work_button_class_init (TstWorkButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_work_button_finalize;
}

static void
tst_work_button_init (TstWorkButton *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->mark = tst_status_mark_new (NULL);
  gtk_widget_set_size_request (self->mark, 22, 22);
  self->title = make_label ("heading");
  gtk_label_set_lines (GTK_LABEL (self->title), 2);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  self->facts = make_label ("dim-label");
  self->status = make_label ("caption");
  self->evidence = make_label ("caption");
  gtk_widget_add_css_class (self->evidence, "dim-label");
  gtk_widget_set_visible (self->evidence, FALSE);
  self->distance = make_label ("numeric");
  gtk_widget_set_valign (self->distance, GTK_ALIGN_CENTER);
  gtk_label_set_wrap (GTK_LABEL (self->distance), FALSE);

  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), self->title);
  gtk_box_append (GTK_BOX (texts), self->facts);
  gtk_box_append (GTK_BOX (texts), self->status);
  gtk_box_append (GTK_BOX (texts), self->evidence);
  gtk_box_append (GTK_BOX (row), self->mark);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), self->distance);
  gtk_button_set_child (GTK_BUTTON (self), row);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self), "work");
}

GtkWidget *
tst_work_button_new (void)
{
  return g_object_new (TST_TYPE_WORK_BUTTON, NULL);
}

void
tst_work_button_set_work (TstWorkButton *self, const TstWorkEntry *work, double distance_m, const char *lang)
{
  const char *label = tst_code_label (TST_LIST_WORK_STATUS, work->status, lang);
  g_autofree char *facts = NULL;
  g_autofree char *status = NULL;
  g_autofree char *distance = NULL;

  g_return_if_fail (TST_IS_WORK_BUTTON (self));

  g_free (self->code);
  self->code = g_strdup (work->code);
  facts = *work->barrio != '\0' ? g_strdup_printf ("%s · %s", work->code, work->barrio) : g_strdup (work->code);
  if (isnan (work->planned_pct) || isnan (work->observed_pct) || work->planned_pct <= 0)
    status = g_strdup (label != NULL ? label : "");
  else
    {
      g_autofree char *observed = tst_format_percent (work->observed_pct);
      g_autofree char *gap = tst_format_gap (work->observed_pct, work->planned_pct);

      status = g_strdup_printf ("%s · %s · %s", label != NULL ? label : "", observed, gap);
    }
  distance = isnan (distance_m) ? g_strdup ("") : tst_format_distance (distance_m);

  tst_status_mark_set_status (TST_STATUS_MARK (self->mark), work->status);
  gtk_label_set_label (GTK_LABEL (self->title), work->title);
  gtk_label_set_label (GTK_LABEL (self->facts), facts);
  gtk_label_set_label (GTK_LABEL (self->status), status);
  gtk_label_set_label (GTK_LABEL (self->distance), distance);
  gtk_widget_set_visible (self->distance, *distance != '\0');

  g_free (self->name);
  self->name = g_strdup_printf ("%s. %s. %s. %s", work->title, facts, status, distance);
  tst_work_button_set_evidence (self, NULL);
}

void
tst_work_button_set_evidence (TstWorkButton *self, const char *text)
{
  g_autofree char *name = NULL;

  g_return_if_fail (TST_IS_WORK_BUTTON (self));

  name = text != NULL && *text != '\0' ? g_strdup_printf ("%s %s", self->name, text) : g_strdup (self->name);
  gtk_label_set_label (GTK_LABEL (self->evidence), text != NULL ? text : "");
  gtk_widget_set_visible (self->evidence, text != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

const char *
tst_work_button_get_code (TstWorkButton *self)
{
  g_return_val_if_fail (TST_IS_WORK_BUTTON (self), NULL);
  return self->code;
}
