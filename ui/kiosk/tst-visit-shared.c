/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-shared.h"

#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-photo-import.h"
#include "kiosk/tst-visit-entry.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gi18n.h>

#define GHOST_WIDTH 1280

char *
tst_visit_language (TstPage *page)
{
  return g_settings_get_string (tst_session_get_settings (tst_page_get_session (page)), "language");
}

GtkWidget *
tst_visit_open_camera (TstPage *page, const TstCaptureTarget *target)
{
  TstSession *session = tst_page_get_session (page);
  GtkWidget *next;

  if (tst_session_get_camera (session) != NULL)
    next = tst_camera_page_new (session, target);
  else
    {
      next = tst_photo_import_new (session, target->event_id, target->work, NULL);
      tst_photo_import_set_purpose (TST_PHOTO_IMPORT (next), target->need, target->viewpoint);
    }
  tst_page_push (page, TST_PAGE (next));
  return next;
}

void
tst_visit_save_viewpoint (TstPage *page, const char *photo, const char *work)
{
  g_autoptr (JsonObject) given = json_object_new ();

  json_object_set_string_member (given, "photo", photo);
  tst_page_push (page, TST_PAGE (tst_visit_entry_new (tst_page_get_session (page), "viewpoint", NULL, work, given, NULL)));
}

/* --- the shutter --- */

static void
on_shutter (GtkButton *button, TstPage *page)
{
  const TstCaptureTarget target = {
    .event_id = g_object_get_data (G_OBJECT (button), "event"), .work = g_object_get_data (G_OBJECT (button), "work"), .phase = "durante",
  };

  tst_visit_open_camera (page, &target);
}

static GtkWidget *
shutter (TstPage *page, const char *event_id, const char *work, const char *class, int size)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("camera-photo-symbolic");

  gtk_image_set_pixel_size (GTK_IMAGE (icon), size);
  gtk_button_set_child (GTK_BUTTON (button), icon);
  gtk_widget_add_css_class (button, class);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Tomar foto"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tomar foto"), -1);
  g_object_set_data_full (G_OBJECT (button), "event", g_strdup (event_id), g_free);
  g_object_set_data_full (G_OBJECT (button), "work", g_strdup (work), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_shutter), page);
  return button;
}

GtkWidget *
tst_visit_shutter_new (TstPage *page, const char *event_id, const char *work)
{
  return shutter (page, event_id, work, "visit-shutter", 32);
}

GtkWidget *
tst_visit_small_shutter_new (TstPage *page, const char *event_id, const char *work)
{
  return shutter (page, event_id, work, "flat", 20);
}

/* --- rows --- */

GtkWidget *
tst_visit_row_new (const char *icon_name, const char *words, const char *more, JsonObject *row)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *label = tst_form_text (texts, words);
  g_autofree char *name = more != NULL ? g_strdup_printf ("%s. %s", words, more) : g_strdup (words);

  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (more != NULL)
    {
      label = tst_form_text (texts, more);
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
    }
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  if (icon_name != NULL)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon_name));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "work");
  gtk_widget_add_css_class (button, "large");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (row != NULL)
    g_object_set_data_full (G_OBJECT (button), "row", json_object_ref (row), (GDestroyNotify) json_object_unref);
  return button;
}

char *
tst_visit_copies_key (const char *event_id)
{
  return g_strconcat ("signed-", event_id, NULL);
}

/* --- a large picture --- */

typedef struct
{
  TstVisitTexture ready;
  GWeakRef owner;
} Wanted;

static void
on_texture (GdkTexture *texture, gpointer user_data)
{
  Wanted *wanted = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&wanted->owner);

  if (owner != NULL && texture != NULL)
    wanted->ready (texture, owner);
  g_weak_ref_clear (&wanted->owner);
  g_free (wanted);
}

void
tst_visit_load_texture (TstFieldBook *book, const char *sha256, TstVisitTexture ready, GObject *owner)
{
  Wanted *wanted;
  GdkTexture *texture;
  guint id = 0;

  if (sha256 == NULL)
    return;
  wanted = g_new0 (Wanted, 1);
  wanted->ready = ready;
  g_weak_ref_init (&wanted->owner, owner);
  texture = tst_thumbnails_get (tst_thumbnails_for_book (book), sha256, GHOST_WIDTH, on_texture, wanted, &id);
  if (id == 0)
    on_texture (texture, wanted);
}
