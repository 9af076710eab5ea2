/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-progress-bars.h"

#include "format/tst-format.h"

#include <glib/gi18n.h>
#include <math.h>

struct _TstProgressBars
{
  GtkBox parent_instance;
  GtkWidget *bars[2], *figures[2], *names[2];
  GtkWidget *gap;
};

G_DEFINE_FINAL_TYPE (TstProgressBars, tst_progress_bars, GTK_TYPE_BOX)

static void
tst_progress_bars_class_init (TstProgressBarsClass *klass)
{
}

static void
tst_progress_bars_init (TstProgressBars *self)
{
  const char *names[] = { _("Programado"), _("Observado") };
  GtkWidget *grid = gtk_grid_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 8);
  for (int i = 0; i < 2; i++)
    {
      self->names[i] = gtk_label_new (names[i]);
      gtk_label_set_xalign (GTK_LABEL (self->names[i]), 0);
      self->bars[i] = gtk_level_bar_new_for_interval (0, 100);
      /* One colour whatever the value: low is not an alarm by itself. */
      gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bars[i]), GTK_LEVEL_BAR_OFFSET_LOW);
      gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bars[i]), GTK_LEVEL_BAR_OFFSET_HIGH);
      gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bars[i]), GTK_LEVEL_BAR_OFFSET_FULL);
      gtk_widget_set_hexpand (self->bars[i], TRUE);
      gtk_widget_set_valign (self->bars[i], GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (self->bars[i], i == 0 ? "planned" : "observed");
      self->figures[i] = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (self->figures[i]), 1);
      gtk_widget_add_css_class (self->figures[i], "numeric");
      gtk_grid_attach (GTK_GRID (grid), self->names[i], 0, i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), self->bars[i], 1, i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), self->figures[i], 2, i, 1, 1);
    }
  self->gap = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->gap), 0);
  gtk_label_set_wrap (GTK_LABEL (self->gap), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->gap), PANGO_WRAP_WORD_CHAR);
  gtk_box_append (GTK_BOX (self), grid);
  gtk_box_append (GTK_BOX (self), self->gap);
}

GtkWidget *
tst_progress_bars_new (void)
{
  return g_object_new (TST_TYPE_PROGRESS_BARS, NULL);
}

void
tst_progress_bars_set (TstProgressBars *self, double planned, double observed)
{
  const double values[] = { planned, observed };
  gboolean both = !isnan (planned) && !isnan (observed);

  g_return_if_fail (TST_IS_PROGRESS_BARS (self));
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *figure = isnan (values[i]) ? g_strdup (_("sin dato")) : tst_format_percent (values[i]);
      g_autofree char *name = g_strdup_printf ("%s: %s", gtk_label_get_label (GTK_LABEL (self->names[i])), figure);

      gtk_level_bar_set_value (GTK_LEVEL_BAR (self->bars[i]), isnan (values[i]) ? 0 : CLAMP (values[i], 0, 100));
      gtk_label_set_label (GTK_LABEL (self->figures[i]), figure);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->bars[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    }
  gtk_widget_set_visible (self->gap, both);
  if (both)
    {
      g_autofree char *gap = tst_format_gap (observed, planned);

      gtk_label_set_label (GTK_LABEL (self->gap), gap);
    }
}
