/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-work-filter-bar.h"

#include "model/tst-code-lists.h"
#include "model/tst-work.h"

#include <glib/gi18n.h>

struct _TstWorkFilterBar
{
  GtkBox parent_instance;
  GtkWidget *search, *near, *statuses;
  char *words;
  const char *status; /* (nullable) owned by its button */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (TstWorkFilterBar, tst_work_filter_bar, GTK_TYPE_BOX)

static void
on_words (TstWorkFilterBar *self)
{
  g_free (self->words);
  self->words = tst_fold_words (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  g_signal_emit (self, changed_signal, 0);
}

static void
on_near (TstWorkFilterBar *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
on_status (TstWorkFilterBar *self, GtkToggleButton *button)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  self->status = g_object_get_data (G_OBJECT (button), "status");
  g_signal_emit (self, changed_signal, 0);
}

static void
tst_work_filter_bar_finalize (GObject *object)
{
  g_free (TST_WORK_FILTER_BAR (object)->words);
  G_OBJECT_CLASS (tst_work_filter_bar_parent_class)->finalize (object);
}

static void
tst_work_filter_bar_class_init (TstWorkFilterBarClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_work_filter_bar_finalize;
  changed_signal = g_signal_new ("changed", TST_TYPE_WORK_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_work_filter_bar_init (TstWorkFilterBar *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  self->words = g_strdup ("");
  self->search = gtk_search_entry_new ();
  gtk_widget_set_hexpand (self->search, TRUE);
  g_object_set (self->search, "placeholder-text", _("Nombre, código, comuna, barrio, calle o contratista"), "search-delay", 0, NULL);
  gtk_widget_add_css_class (self->search, "large");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Buscar una obra"), -1);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (on_words), self);
  self->near = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->near), "find-location-symbolic");
  gtk_widget_set_tooltip_text (self->near, _("Primero las más cercanas"));
  gtk_widget_add_css_class (self->near, "large");
  gtk_widget_set_size_request (self->near, 48, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->near), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Primero las más cercanas"), -1);
  g_signal_connect_swapped (self->near, "toggled", G_CALLBACK (on_near), self);
  gtk_widget_set_visible (self->near, FALSE);
  gtk_box_append (GTK_BOX (line), self->search);
  gtk_box_append (GTK_BOX (line), self->near);

  self->statuses = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_margin_bottom (self->statuses, 4);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_EXTERNAL, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->statuses);
  gtk_box_append (GTK_BOX (self), line);
  gtk_box_append (GTK_BOX (self), scroller);
}

GtkWidget *
tst_work_filter_bar_new (void)
{
  return g_object_new (TST_TYPE_WORK_FILTER_BAR, NULL);
}

static void
add_status (TstWorkFilterBar *self, const char *status, const char *label)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (label);
  GtkWidget *first = gtk_widget_get_first_child (self->statuses);

  g_object_set_data_full (G_OBJECT (button), "status", g_strdup (status), g_free);
  gtk_widget_add_css_class (button, "chip");
  if (first != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
  else
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (on_status), self);
  gtk_box_append (GTK_BOX (self->statuses), button);
}

void
tst_work_filter_bar_fill (TstWorkFilterBar *self, const char *lang)
{
  const TstCode *codes;
  guint n;

  g_return_if_fail (TST_IS_WORK_FILTER_BAR (self));
  codes = tst_code_list (TST_LIST_WORK_STATUS, &n);
  add_status (self, NULL, _("Todas"));
  for (guint i = 0; i < n; i++)
    add_status (self, codes[i].code, tst_code_label (TST_LIST_WORK_STATUS, codes[i].code, lang));
}

void
tst_work_filter_bar_get (TstWorkFilterBar *self, TstWorkFilter *filter)
{
  g_return_if_fail (TST_IS_WORK_FILTER_BAR (self));
  filter->words = self->words;
  filter->status = self->status;
}

gboolean
tst_work_filter_bar_get_near (TstWorkFilterBar *self)
{
  g_return_val_if_fail (TST_IS_WORK_FILTER_BAR (self), FALSE);
  return gtk_widget_get_visible (self->near) && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->near));
}

void
tst_work_filter_bar_offer_near (TstWorkFilterBar *self, gboolean offer)
{
  g_return_if_fail (TST_IS_WORK_FILTER_BAR (self));
  gtk_widget_set_visible (self->near, offer);
}

void
tst_work_filter_bar_focus (TstWorkFilterBar *self)
{
  g_return_if_fail (TST_IS_WORK_FILTER_BAR (self));
  gtk_widget_grab_focus (self->search);
}
