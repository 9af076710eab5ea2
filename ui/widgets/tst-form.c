/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-form.h"

#include "widgets/tst-build.h"

#include <adwaita.h>

static GtkWidget *
wrapping_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  tst_build_break_plainly (label);
  return label;
}

static void
name_by (GtkWidget *control, GtkWidget *label)
{
  /* The relation alone: with a label of its own as well the words are said twice. */
  gtk_accessible_update_relation (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
}

GtkWidget *
tst_form_heading (GtkWidget *box, const char *text)
{
  GtkWidget *label = wrapping_label (text);

  gtk_widget_add_css_class (label, "title-2");
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

GtkWidget *
tst_form_text (GtkWidget *box, const char *text)
{
  GtkWidget *label = wrapping_label (text);

  gtk_box_append (GTK_BOX (box), label);
  return label;
}

GtkWidget *
tst_form_entry (GtkWidget *box, const char *label, GtkInputPurpose purpose)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *words = wrapping_label (label);
  GtkWidget *entry = gtk_entry_new ();

  gtk_widget_add_css_class (words, "heading");
  gtk_widget_add_css_class (entry, "large");
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), purpose);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), entry);
  name_by (entry, words);
  gtk_box_append (GTK_BOX (group), words);
  gtk_box_append (GTK_BOX (group), entry);
  gtk_box_append (GTK_BOX (box), group);
  return entry;
}

GtkWidget *
tst_form_area (GtkWidget *box, const char *label, int height)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *words = wrapping_label (label);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *area = gtk_text_view_new ();

  gtk_widget_add_css_class (words, "heading");
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (area), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (area), FALSE);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (area), 10);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (area), 10);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (area), 10);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (area), 10);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), area);
  name_by (area, words);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), area);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), height);
  gtk_widget_add_css_class (scroller, "area");
  gtk_box_append (GTK_BOX (group), words);
  gtk_box_append (GTK_BOX (group), scroller);
  gtk_box_append (GTK_BOX (box), group);
  return area;
}

GtkWidget *
tst_form_switch (GtkWidget *box, const char *label, const char *explanation)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *words = wrapping_label (label);
  GtkWidget *control = gtk_switch_new ();

  gtk_box_append (GTK_BOX (texts), words);
  if (explanation != NULL)
    {
      GtkWidget *more = wrapping_label (explanation);

      gtk_widget_add_css_class (more, "dim-label");
      gtk_box_append (GTK_BOX (texts), more);
    }
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (row, -1, 48);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), control);
  name_by (control, words);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), control);
  gtk_box_append (GTK_BOX (box), row);
  return control;
}

GtkWidget *
tst_form_button (const char *label, const char *class)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *words = gtk_label_new (label);

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
  tst_build_break_plainly (words);
  gtk_label_set_justify (GTK_LABEL (words), GTK_JUSTIFY_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_add_css_class (button, "large");
  if (class != NULL)
    {
      g_auto (GStrv) classes = g_strsplit (class, " ", -1);

      for (guint i = 0; classes[i] != NULL; i++)
        gtk_widget_add_css_class (button, classes[i]);
    }
  return button;
}

GtkWidget *
tst_form_page (int maximum_width, GtkWidget **column, GtkWidget **foot)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller;

  *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);
  scroller = tst_build_scrolled_rows (*column, maximum_width);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (page), scroller);
  if (foot != NULL)
    {
      GtkWidget *narrow = adw_clamp_new ();

      *foot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
      gtk_widget_set_margin_start (*foot, 16);
      gtk_widget_set_margin_end (*foot, 16);
      gtk_widget_set_margin_top (*foot, 8);
      gtk_widget_set_margin_bottom (*foot, 12);
      adw_clamp_set_maximum_size (ADW_CLAMP (narrow), maximum_width);
      adw_clamp_set_child (ADW_CLAMP (narrow), *foot);
      gtk_box_append (GTK_BOX (page), narrow);
    }
  return page;
}

GtkWidget *
tst_form_notice_new (void)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = wrapping_label (NULL);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), label);
  gtk_widget_add_css_class (row, "notice");
  gtk_widget_set_visible (row, FALSE);
  g_object_set_data (G_OBJECT (row), "icon", icon);
  g_object_set_data (G_OBJECT (row), "label", label);
  return row;
}

void
tst_form_notice_set (GtkWidget *notice, const char *text, gboolean trouble)
{
  GtkWidget *icon = g_object_get_data (G_OBJECT (notice), "icon");
  GtkWidget *label = g_object_get_data (G_OBJECT (notice), "label");

  gtk_label_set_label (GTK_LABEL (label), text != NULL ? text : "");
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), trouble ? "dialog-warning-symbolic" : "emblem-ok-symbolic");
  gtk_widget_remove_css_class (notice, trouble ? "calm" : "trouble");
  gtk_widget_add_css_class (notice, trouble ? "trouble" : "calm");
  gtk_widget_set_visible (notice, text != NULL);
}

void
tst_form_notice_set_icon (GtkWidget *notice, const char *icon_name)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (g_object_get_data (G_OBJECT (notice), "icon")), icon_name);
}

const char *
tst_form_notice_get (GtkWidget *notice)
{
  GtkWidget *label = g_object_get_data (G_OBJECT (notice), "label");

  return gtk_widget_get_visible (notice) ? gtk_label_get_label (GTK_LABEL (label)) : NULL;
}

char *
tst_form_get_area (GtkWidget *area)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (area));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

void
tst_form_set_area (GtkWidget *area, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), text != NULL ? text : "", -1);
}

char *
tst_form_get_entry (GtkWidget *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
}
