/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-works-page.h"

#include "kiosk/tst-locating.h"
#include "kiosk/tst-map-page.h"
#include "kiosk/tst-work-ages.h"
#include "kiosk/tst-work-page.h"
#include "kiosk/tst-works-source.h"
#include "format/tst-format.h"
#include "model/tst-geo.h"
#include "widgets/tst-work-button.h"
#include "widgets/tst-work-filter-bar.h"

#include <glib/gi18n.h>
#include <math.h>

/* A page of results: more come by a button, since lists of over 200 rows scroll badly before GTK 4.10. */
#define PAGE 30
#define MOST 180

struct _TstWorksPage
{
  TstPage parent_instance;
  GtkWidget *bar;
  GtkWidget *count;
  GtkWidget *list;
  GtkWidget *more;
  GtkWidget *empty;
  GtkWidget *scroller;

  GPtrArray *pool;      /* of TstWorkButton, in order in the list */
  TstWorkAges *ages;
  TstWorkIndex *works;
  GArray *found;
  guint shown;
  gboolean by_distance;
  TstPlace sorted_at; /* where from, when by distance */
};

G_DEFINE_FINAL_TYPE (TstWorksPage, tst_works_page, TST_TYPE_PAGE)

static void
on_work_clicked (TstWorksPage *self, TstWorkButton *button)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  tst_page_push (TST_PAGE (self), TST_PAGE (tst_work_page_new (session, tst_work_button_get_code (button))));
}

static TstWorkButton *
button_at (TstWorksPage *self, guint at)
{
  while (self->pool->len <= at)
    {
      GtkWidget *button = tst_work_button_new ();

      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_work_clicked), self);
      gtk_box_append (GTK_BOX (self->list), button);
      g_ptr_array_add (self->pool, button);
    }
  return self->pool->pdata[at];
}

static void
fill (TstWorksPage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  g_autofree char *text = NULL;
  TstPlace here;
  gboolean placed = tst_session_get_position (session, &here);
  guint n = self->found != NULL ? self->found->len : 0;

  for (guint i = 0; i < MIN (self->shown, n); i++)
    {
      const TstWorkEntry work = tst_work_index_get (self->works, g_array_index (self->found, guint32, i));
      double distance = placed && !isnan (work.lat) ? tst_geo_distance (here.latitude, here.longitude, work.lat, work.lon)
                                                     : NAN;
      TstWorkButton *button = button_at (self, i);

      tst_work_button_set_work (button, &work, distance, lang);
      gtk_widget_set_visible (GTK_WIDGET (button), TRUE);
    }
  for (guint i = MIN (self->shown, n); i < self->pool->len; i++)
    gtk_widget_set_visible (self->pool->pdata[i], FALSE);
  tst_work_ages_fill (self->ages, (GtkWidget *const *) self->pool->pdata, MIN (self->shown, n));

  gtk_widget_set_visible (self->more, n > self->shown && self->shown < MOST);
  gtk_widget_set_visible (self->empty, self->works != NULL && n == 0);
  if (self->works == NULL)
    text = g_strdup (_("Leyendo las obras…"));
  else
    {
      g_autofree char *number = tst_format_number (n, 0);

      text = g_strdup_printf (ngettext ("%s obra", "%s obras", n), number);
      if (self->shown >= MOST && n > MOST)
        {
          g_autofree char *most = g_strdup_printf (_("%s · se muestran las primeras %d: escriba más para encontrar la suya"), text, MOST);

          g_free (text);
          text = g_steal_pointer (&most);
        }
    }
  gtk_label_set_label (GTK_LABEL (self->count), text);
}

static void
find (TstWorksPage *self)
{
  TstWorkFilter filter = { 0 };
  TstPlace here;

  g_clear_pointer (&self->found, g_array_unref);
  self->by_distance = FALSE;
  if (self->works != NULL)
    {
      tst_work_filter_bar_get (TST_WORK_FILTER_BAR (self->bar), &filter);
      if (tst_work_filter_bar_get_near (TST_WORK_FILTER_BAR (self->bar))
          && tst_session_get_position (tst_page_get_session (TST_PAGE (self)), &here))
        {
          filter.near = TRUE;
          filter.lat = here.latitude;
          filter.lon = here.longitude;
          self->by_distance = TRUE;
          self->sorted_at = here;
        }
      self->found = tst_work_index_search (self->works, &filter);
    }
  fill (self);
}

static void
search (TstWorksPage *self)
{
  self->shown = PAGE;
  find (self);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

static void
on_more (TstWorksPage *self)
{
  self->shown = MIN (self->shown + PAGE, MOST);
  fill (self);
}

static void
on_works (TstWorksPage *self, TstWorksSource *source)
{
  TstWorkIndex *works = tst_works_source_get_works (source);

  g_clear_pointer (&self->works, tst_work_index_unref);
  self->works = works != NULL ? tst_work_index_ref (works) : NULL;
  search (self);
}

static void
on_position (TstWorksPage *self)
{
  TstPlace here;
  gboolean placed = tst_session_get_position (tst_page_get_session (TST_PAGE (self)), &here);

  tst_work_filter_bar_offer_near (TST_WORK_FILTER_BAR (self->bar), placed);
  /* Whoever reads far down the list stays there. */
  if (placed && tst_work_filter_bar_get_near (TST_WORK_FILTER_BAR (self->bar))
      && (!self->by_distance
          || tst_geo_distance (here.latitude, here.longitude, self->sorted_at.latitude, self->sorted_at.longitude) >= TST_WORKS_MOVED_M))
    find (self);
  else
    fill (self);
}

static void
on_map (TstWorksPage *self)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_map_page_new (tst_page_get_session (TST_PAGE (self)), self->works)));
}

static GtkWidget *
make_map_button (TstWorksPage *self)
{
  GtkWidget *button = gtk_button_new_with_label (_("Mapa"));

  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_map), self);
  return button;
}

static void
tst_works_page_constructed (GObject *object)
{
  TstWorksPage *self = TST_WORKS_PAGE (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");

  G_OBJECT_CLASS (tst_works_page_parent_class)->constructed (object);
  self->ages = tst_work_ages_new (session);
  tst_locating_while_seen (GTK_WIDGET (self), session);
  tst_work_filter_bar_fill (TST_WORK_FILTER_BAR (self->bar), lang);
  tst_page_set_end (TST_PAGE (self), make_map_button (self));
  g_signal_connect_object (tst_works_source_for (session), "changed", G_CALLBACK (on_works), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "position-changed", G_CALLBACK (on_position), self, G_CONNECT_SWAPPED);
  on_position (self);
  on_works (self, tst_works_source_for (session));
}

static void
tst_works_page_dispose (GObject *object)
{
  TstWorksPage *self = TST_WORKS_PAGE (object);

  g_clear_object (&self->ages);
  g_clear_pointer (&self->found, g_array_unref);
  g_clear_pointer (&self->works, tst_work_index_unref);
  g_clear_pointer (&self->pool, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), TST_TYPE_WORKS_PAGE);
  G_OBJECT_CLASS (tst_works_page_parent_class)->dispose (object);
}

static void
tst_works_page_search (TstPage *page)
{
  tst_work_filter_bar_focus (TST_WORK_FILTER_BAR (TST_WORKS_PAGE (page)->bar));
}

static void
tst_works_page_class_init (TstWorksPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = tst_works_page_constructed;
  object_class->dispose = tst_works_page_dispose;
  TST_PAGE_CLASS (klass)->search = tst_works_page_search;
  g_type_ensure (TST_TYPE_WORK_FILTER_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/co/testigo/Testigo/ui/tst-works-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TstWorksPage, bar);
  gtk_widget_class_bind_template_child (widget_class, TstWorksPage, count);
  gtk_widget_class_bind_template_child (widget_class, TstWorksPage, list);
  gtk_widget_class_bind_template_child (widget_class, TstWorksPage, more);
  gtk_widget_class_bind_template_child (widget_class, TstWorksPage, empty);
  gtk_widget_class_bind_template_child (widget_class, TstWorksPage, scroller);
  gtk_widget_class_bind_template_callback (widget_class, search);
  gtk_widget_class_bind_template_callback (widget_class, on_more);
}

static void
tst_works_page_init (TstWorksPage *self)
{
  self->pool = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tst_works_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_WORKS_PAGE, "session", session, "title", _("Obras"), NULL);
}
