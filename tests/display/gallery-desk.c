/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gallery-desk.h"

#include "kiosk/tst-gallery-item.h"
#include "kiosk/tst-page-stack.h"
#include "kiosk/tst-viewer-page.h"
#include "support/tst-shot.h"

void
gallery_desk_open (GalleryDesk *desk, guint photos)
{
  *desk = (GalleryDesk) { .fixture = journal_fixture_new (TRUE), .settings = g_settings_new ("co.testigo.Testigo") };
  desk->event = journal_fixture_event (desk->fixture);
  for (guint i = 0; i < photos; i++)
    {
      g_autofree char *name = g_strdup_printf ("foto-%u.jpg", i);
      g_autofree char *id = journal_fixture_add_photo (desk->fixture, desk->event, name);
    }
  desk->session = tst_session_new (desk->settings);
  tst_session_set_book (desk->session, desk->fixture->book);
  desk->page = TST_GALLERY_PAGE (tst_gallery_page_new (desk->session));
  desk->stack = tst_page_stack_new (TST_PAGE (desk->page));
  desk->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (desk->window), desk->stack);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 700, 700);
  gtk_window_present (GTK_WINDOW (desk->window));
}

void
gallery_desk_close (GalleryDesk *desk)
{
  gtk_window_destroy (GTK_WINDOW (desk->window));
  tst_settle (50);
  g_clear_object (&desk->session);
  g_clear_object (&desk->settings);
  journal_fixture_free (desk->fixture);
  g_free (desk->event);
}

typedef struct
{
  GalleryDesk *desk;
  guint n;
} Items;

static gboolean
has_items (gpointer data)
{
  Items *items = data;

  return g_list_model_get_n_items (tst_gallery_page_get_model (items->desk->page)) == items->n;
}

void
gallery_desk_wait_items (GalleryDesk *desk, guint n)
{
  Items items = { desk, n };

  tst_wait_until (has_items, &items, 15);
}

char *
gallery_desk_id_at (GalleryDesk *desk, guint position)
{
  g_autoptr (TstGalleryItem) item = g_list_model_get_item (tst_gallery_page_get_model (desk->page), position);

  return g_strdup (tst_gallery_item_get_id (item));
}

gboolean
gallery_has_picture (gpointer page)
{
  return tst_viewer_page_has_picture (page);
}
