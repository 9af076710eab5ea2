/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-build.h"

#include <adwaita.h>

#define LATE "tst-late-click"
#define OWN "tst-own-click"

static void
on_prompt_clicked (GtkWidget *button)
{
  if (g_object_get_data (G_OBJECT (button), OWN) == NULL && g_object_steal_data (G_OBJECT (button), LATE) != NULL)
    g_signal_stop_emission_by_name (button, "clicked");
}

static void
on_prompt_activate (GtkWidget *button)
{
  g_autoptr (GtkWidget) kept = g_object_ref (button); /* a key may take its whole row away */

  g_object_set_data (G_OBJECT (button), LATE, button);
  g_object_set_data (G_OBJECT (button), OWN, button);
  g_signal_emit_by_name (button, "clicked");
  g_object_set_data (G_OBJECT (button), OWN, NULL);
}

void
tst_build_prompt (GtkWidget *button)
{
  g_signal_connect (button, "clicked", G_CALLBACK (on_prompt_clicked), NULL);
  g_signal_connect (button, "activate", G_CALLBACK (on_prompt_activate), NULL);
}

void
tst_build_break_plainly (GtkWidget *label)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
}

static GtkWidget *
make_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  tst_build_break_plainly (label);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

GtkWidget *
tst_build_title (const char *text)
{
  return make_label (text, "title-1");
}

GtkWidget *
tst_build_heading (const char *text)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "xalign", 0.0, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_HEADING, NULL);

  gtk_widget_add_css_class (label, "title-3");
  gtk_widget_set_margin_top (label, 12);
  return label;
}

GtkWidget *
tst_build_text (const char *text)
{
  return make_label (text, NULL);
}

static GtkWidget *
make_button (const char *text, const char *class)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = gtk_label_new_with_mnemonic (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), label);
  /* A button whose label is a child of ours has no name by itself on GTK 4.8. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_label_get_text (GTK_LABEL (label)), -1);
  gtk_widget_add_css_class (button, class);
  return button;
}

GtkWidget *
tst_build_main_button (const char *label)
{
  GtkWidget *button = make_button (label, "main");

  gtk_widget_add_css_class (button, "suggested-action");
  return button;
}

GtkWidget *
tst_build_large_button (const char *label)
{
  return make_button (label, "large");
}

GtkWidget *
tst_build_notice (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *label = make_label (NULL, NULL);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "notice");
  gtk_widget_set_visible (box, FALSE);
  return box;
}

void
tst_notice_set (GtkWidget *notice, const char *kind, const char *text)
{
  static const char *const kinds[] = { "calm", "waiting", "trouble" };
  static const char *const icons[] = { "emblem-ok-symbolic", "emblem-important-symbolic", "dialog-warning-symbolic" };
  GtkWidget *icon = gtk_widget_get_first_child (notice);
  GtkWidget *label = gtk_widget_get_last_child (notice);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kind, kinds[i]) == 0)
      {
        gtk_widget_add_css_class (notice, kinds[i]);
        gtk_image_set_from_icon_name (GTK_IMAGE (icon), icons[i]);
      }
    else
      gtk_widget_remove_css_class (notice, kinds[i]);
  gtk_label_set_label (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (notice, text != NULL);
}

const char *
tst_notice_get_text (GtkWidget *notice)
{
  return gtk_widget_get_visible (notice) ? gtk_label_get_label (GTK_LABEL (gtk_widget_get_last_child (notice))) : NULL;
}

void
tst_build_wrap_button (GtkWidget *button)
{
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (button));

  g_return_if_fail (GTK_IS_LABEL (label));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  tst_build_break_plainly (label);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
}

void
tst_build_empty (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

GtkWidget *
tst_build_scrolled (GtkWidget *content, int width)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), width);
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  return scroller;
}

GtkWidget *
tst_build_scrolled_rows (GtkWidget *content, int width)
{
  gtk_widget_set_margin_start (content, 16);
  gtk_widget_set_margin_end (content, 16);
  gtk_widget_set_margin_top (content, 16);
  gtk_widget_set_margin_bottom (content, 24);
  return tst_build_scrolled (content, width);
}

GtkWidget *
tst_build_setting (const char *label, const char *explanation, GtkWidget *control)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *name = make_label (label, "heading");

  gtk_box_append (GTK_BOX (texts), name);
  if (explanation != NULL)
    gtk_box_append (GTK_BOX (texts), make_label (explanation, "dim-label"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), control);
  gtk_widget_add_css_class (row, "setting");
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return row;
}
