/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tst-find.h"

#include <string.h>

static GtkWidget *
find (GtkWidget *widget, GType type, gboolean shown)
{
  if (shown && !gtk_widget_get_visible (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, shown);

      if (found != NULL)
        return found;
    }
  return NULL;
}

GtkWidget *
tst_find_type (GtkWidget *widget, GType type)
{
  return find (widget, type, FALSE);
}

GtkWidget *
tst_find_shown (GtkWidget *widget, GType type)
{
  return find (widget, type, TRUE);
}

GtkWidget *
tst_find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget))
    {
      GtkWidget *text = tst_find_type (widget, GTK_TYPE_LABEL);

      if (text != NULL && g_strcmp0 (gtk_label_get_text (GTK_LABEL (text)), label) == 0)
        return widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = tst_find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

gboolean
tst_find_says (GtkWidget *widget, const char *part)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), part) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (tst_find_says (child, part))
      return TRUE;
  return FALSE;
}

void
tst_find_style (void)
{
  static const char *const sheets[] = { "style.css" };

  for (guint i = 0; i < G_N_ELEMENTS (sheets); i++)
    {
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      g_autofree char *path = g_strconcat ("/co/testigo/Testigo/", sheets[i], NULL);

      gtk_css_provider_load_from_resource (provider, path);
      gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    }
}
