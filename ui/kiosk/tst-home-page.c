/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-home-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-card-page.h"
#include "kiosk/tst-card-watch.h"
#include "kiosk/tst-code-page.h"
#include "kiosk/tst-locating.h"
#include "kiosk/tst-map-strip.h"
#include "kiosk/tst-visit-page.h"
#include "kiosk/tst-work-ages.h"
#include "kiosk/tst-work-page.h"
#include "kiosk/tst-works-source.h"
#include "model/tst-code-lists.h"
#include "model/tst-geo.h"
#include "widgets/tst-adaptive-bin.h"
#include "widgets/tst-build.h"
#include "widgets/tst-staff-form.h"
#include "widgets/tst-work-button.h"

#include <glib/gi18n.h>
#include <math.h>

#define LOW_BYTES 500000000.0
#define OLD_S (3 * 24 * 3600)
#define SANE_S 1767225600 /* 2026-01-01: no clock is right before it */
#define MOST_EVENTS 12
#define N_WORKS 3

struct _TstHomePage
{
  TstPage parent_instance;
  char *jumped_at; /* (nullable) */
  JsonObject *going_on; /* (nullable): the newest event that is open */
  GtkWidget *adaptive, *columns, *who, *line, *line_text, *line_button, *today, *card, *begin, *nearby, *nearby_heading, *nearby_text, *strip;
  GtkWidget *works[N_WORKS];
  TstHomeState state;
  TstWorkIndex *index;
  GArray *found; /* the rows of works, in order; NULL: to be looked for */
  gboolean by_distance;
  TstPlace sorted_at; /* where from, when by distance */
  TstWorkAges *ages;
  gboolean reading, again; /* one reading at a time, and one more when something changed meanwhile */
  guint pending;
};

G_DEFINE_FINAL_TYPE (TstHomePage, tst_home_page, TST_TYPE_PAGE)

/* --- the one line --- */

static gint64
member (JsonObject *status, const char *name)
{
  return json_object_get_int_member_with_default (status, name, 0);
}

/* "2 horas": the largest unit that fits. */
static char *
span_words (gint64 ms)
{
  const gint64 seconds = (ABS (ms) + 500) / 1000;

  if (seconds >= 2 * 86400)
    return g_strdup_printf (_("%d días"), (int) (seconds / 86400));
  if (seconds >= 5400)
    return g_strdup_printf (_("%d horas"), (int) ((seconds + 1800) / 3600));
  if (seconds >= 90)
    return g_strdup_printf (_("%d minutos"), (int) ((seconds + 30) / 60));
  return g_strdup_printf (_("%d segundos"), (int) seconds);
}

static char *
jump_words (JsonObject *clock, gint64 now_s)
{
  const gint64 jump = member (clock, "jump_ms");
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_s);
  g_autofree char *date = tst_format_date (now);
  g_autofree char *time = tst_format_clock (now);
  g_autofree char *span = span_words (jump);

  return g_strdup_printf (jump < 0 ? _("El reloj de la tableta se atrasó %s. Quedó anotado. Revise que ahora sean las %s del %s.")
                                   : _("El reloj de la tableta se adelantó %s. Quedó anotado. Revise que ahora sean las %s del %s."),
                          span, time, date);
}

TstHomeState
tst_home_state (JsonObject *status, gboolean enrolled, gint64 now_s, char **words)
{
  double free_bytes = member (status, "free_bytes");
  JsonObject *clock = json_object_has_member (status, "clock") ? json_object_get_object_member (status, "clock") : NULL;
  gint64 aside = member (status, "set_aside");
  gint64 waiting = member (status, "saved") + member (status, "sending") + member (status, "held");
  const char *oldest = json_object_get_string_member_with_default (status, "oldest_pending", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) since = oldest != NULL ? tst_format_parse_time (oldest, zone) : NULL;

  if (free_bytes < LOW_BYTES)
    {
      g_autofree char *size = tst_format_size (free_bytes);

      *words = g_strdup_printf (_("Queda poco espacio: %s. Envíe lo que espera o libere espacio en la tableta."), size);
      return TST_HOME_SPACE;
    }
  if (now_s < SANE_S)
    {
      *words = g_strdup (_("La fecha de la tableta no puede ser. Póngala en hora antes de capturar."));
      return TST_HOME_CLOCK;
    }
  if (clock != NULL && json_object_has_member (clock, "jumped_at"))
    {
      *words = jump_words (clock, now_s);
      return TST_HOME_JUMP;
    }
  if (aside > 0)
    {
      *words = g_strdup_printf (ngettext ("%d envío quedó aparte y necesita que usted lo mire.", "%d envíos quedaron aparte y necesitan que usted los mire.", aside),
                                (int) aside);
      return TST_HOME_SET_ASIDE;
    }
  if (since != NULL && now_s - g_date_time_to_unix (since) >= OLD_S)
    {
      int days = (now_s - g_date_time_to_unix (since)) / (24 * 3600);

      *words = g_strdup_printf (_("Hay registros sin enviar desde hace %d días. Conecte la tableta a una red."), days);
      return TST_HOME_OLD;
    }
  if (!enrolled)
    {
      *words = g_strdup (_("Falta el código del municipio: sin él no se reciben asistencia ni aportes, y nada se envía."));
      return TST_HOME_NO_CODE;
    }
  if (waiting > 0)
    {
      *words = g_strdup_printf (ngettext ("%d registro guardado aquí espera su envío. Se envía solo.",
                                          "%d registros guardados aquí esperan su envío. Se envían solos.", waiting),
                                (int) waiting);
      return TST_HOME_ON_ITS_WAY;
    }
  *words = g_strdup (_("Todo lo capturado está recibido y comprobado."));
  return TST_HOME_CALM;
}

/* What the person has answered once is not told again. */
static void
drop_seen_jump (TstHomePage *self, JsonObject *status)
{
  GSettings *settings = tst_session_get_settings (tst_page_get_session (TST_PAGE (self)));
  g_autofree char *seen = g_settings_get_string (settings, "clock-jump-seen");
  JsonObject *clock = json_object_get_object_member (status, "clock");

  g_free (self->jumped_at);
  self->jumped_at = g_strdup (json_object_get_string_member_with_default (clock, "jumped_at", NULL));
  if (g_strcmp0 (seen, self->jumped_at) == 0)
    json_object_remove_member (clock, "jumped_at");
}

static void
show_line (TstHomePage *self, JsonObject *status)
{
  static const char *const kinds[] = {
    [TST_HOME_CALM] = "calm",      [TST_HOME_ON_ITS_WAY] = "calm", [TST_HOME_NO_CODE] = "waiting", [TST_HOME_SET_ASIDE] = "waiting",
    [TST_HOME_OLD] = "waiting",    [TST_HOME_JUMP] = "waiting",    [TST_HOME_CLOCK] = "trouble",  [TST_HOME_SPACE] = "trouble",
  };
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (TstTownKeys) town = tst_field_book_dup_town_keys (book);
  g_autofree char *words = NULL;
  TstTimestamp now;
  gboolean outbox;

  tst_clock_now (tst_field_book_get_clock (book), &now);
  drop_seen_jump (self, status);
  self->state = tst_home_state (status, town != NULL, now.utc_us / G_USEC_PER_SEC, &words);
  /* A demonstration has no transport: nothing of it goes anywhere. */
  if ((self->state == TST_HOME_ON_ITS_WAY || self->state == TST_HOME_OLD) && tst_session_get_sync (tst_page_get_session (TST_PAGE (self))) == NULL)
    {
      self->state = TST_HOME_ON_ITS_WAY;
      g_free (words);
      words = g_strdup (_("Lo capturado está guardado en esta tableta."));
    }
  tst_notice_set (self->line_text, kinds[self->state], words);
  outbox = self->state == TST_HOME_SET_ASIDE || self->state == TST_HOME_OLD || self->state == TST_HOME_SPACE;
  gtk_widget_set_visible (self->line_button, outbox || self->state == TST_HOME_NO_CODE || self->state == TST_HOME_JUMP);
  gtk_button_set_label (GTK_BUTTON (self->line_button), outbox                          ? _("Ver los envíos")
                                                        : self->state == TST_HOME_JUMP ? _("Entendido")
                                                                                       : _("Cargar el código"));
}

static void load (TstHomePage *self);

static void
on_line (TstHomePage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (self->state == TST_HOME_NO_CODE)
    tst_page_push (TST_PAGE (self), TST_PAGE (tst_code_page_new (session)));
  else if (self->state == TST_HOME_JUMP)
    {
      g_settings_set_string (tst_session_get_settings (session), "clock-jump-seen", self->jumped_at);
      load (self);
    }
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.go", "s", "outbox");
}

/* --- today --- */

static void
on_event (TstHomePage *self, GtkWidget *button)
{
  const char *event = g_object_get_data (G_OBJECT (button), "event");

  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-event", "s", event);
  /* Who goes round a work wants its page: the space lies below it. */
  if (g_object_get_data (G_OBJECT (button), "visit") != NULL)
    tst_page_push (TST_PAGE (self),
                   TST_PAGE (tst_visit_page_new (tst_page_get_session (TST_PAGE (self)), event, g_object_get_data (G_OBJECT (button), "work"))));
}

/* Its photos go into what goes on now; the page says its name. With nothing going on, something is begun first, and its page offers the card again. */
static void
on_card (TstHomePage *self, const char *folder)
{
  g_autoptr (JsonObject) event = self->going_on != NULL ? json_object_ref (self->going_on) : NULL;
  const char *id = event != NULL ? json_object_get_string_member_with_default (event, "id", "") : NULL;

  if (event == NULL)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.new-event", NULL);
      return;
    }
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-event", "s", id);
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_card_page_new (tst_page_get_session (TST_PAGE (self)), id,
                                                               json_object_get_string_member_with_default (event, "title", ""),
                                                               json_object_get_string_member_with_default (event, "work", NULL), folder)));
}

static char *
when_text (JsonObject *event)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *starts = json_object_get_string_member_with_default (event, "starts", NULL);
  g_autoptr (GDateTime) when = starts != NULL ? tst_format_parse_time (starts, zone) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  g_autofree char *day = NULL;
  g_autofree char *clock = NULL;

  if (when == NULL)
    return g_strdup ("");
  day = tst_format_ago (when, now);
  clock = tst_format_clock (when);
  return g_strdup_printf ("%s, %s", day, clock);
}

static char *
counts_of (JsonObject *event)
{
  const gint64 photos = member (event, "photos"), people = member (event, "attendance"), comments = member (event, "comments"),
               notes = member (event, "notes");
  g_autofree char *a = g_strdup_printf (ngettext ("%d foto", "%d fotos", photos), (int) photos);
  g_autofree char *b = g_strdup_printf (ngettext ("%d asistente", "%d asistentes", people), (int) people);
  g_autofree char *c = g_strdup_printf (ngettext ("%d aporte", "%d aportes", comments), (int) comments);
  g_autofree char *d = g_strdup_printf (ngettext ("%d nota", "%d notas", notes), (int) notes);

  return g_strdup_printf ("%s · %s · %s · %s", a, b, c, d);
}

static GtkWidget *
make_card (TstHomePage *self, JsonObject *event, gboolean first)
{
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (tst_page_get_session (TST_PAGE (self))), "language");
  gboolean assigned = g_strcmp0 (json_object_get_string_member_with_default (event, "status", ""), "assigned") == 0;
  const char *title = json_object_get_string_member_with_default (event, "title", "");
  g_autofree char *when = when_text (event);
  g_autofree char *counts = NULL;
  g_autofree char *facts = NULL;
  g_autofree char *name = NULL;
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = tst_build_text (title);
  GtkWidget *line;
  GtkWidget *button;
  const char *label = assigned ? _("Empezar") : _("Seguir");

  facts = g_strdup_printf ("%s · %s%s%s", tst_code_label (TST_LIST_EVENT_TYPE, json_object_get_string_member_with_default (event, "type", ""), lang),
                           when, assigned ? " · " : "", assigned ? _("asignado por la central") : "");
  counts = counts_of (event);
  gtk_widget_add_css_class (heading, first ? "title-2" : "heading");
  line = tst_build_text (facts);
  gtk_widget_add_css_class (line, "dim-label");
  gtk_box_append (GTK_BOX (card), heading);
  gtk_box_append (GTK_BOX (card), line);
  if (!assigned)
    gtk_box_append (GTK_BOX (card), tst_build_text (counts));
  button = first ? tst_build_main_button (label) : tst_build_large_button (label);
  name = g_strdup_printf ("%s: %s", label, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "event", g_strdup (json_object_get_string_member_with_default (event, "id", "")), g_free);
  g_object_set_data_full (G_OBJECT (button), "work", g_strdup (json_object_get_string_member_with_default (event, "work", NULL)), g_free);
  if (g_str_equal (json_object_get_string_member_with_default (event, "type", ""), "visita_obra"))
    g_object_set_data (G_OBJECT (button), "visit", button);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_event), self);
  gtk_box_append (GTK_BOX (card), button);
  gtk_widget_add_css_class (card, "card-box");
  return card;
}

/* Open ones; those that central assigned come once they are due within a day. The list is newest first. */
static gboolean
belongs_today (JsonObject *event)
{
  const char *status = json_object_get_string_member_with_default (event, "status", "");

  if (g_str_equal (status, "assigned"))
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
      const char *starts = json_object_get_string_member_with_default (event, "starts", NULL);
      g_autoptr (GDateTime) when = starts != NULL ? tst_format_parse_time (starts, zone) : NULL;
      g_autoptr (GDateTime) now = g_date_time_new_now (zone);

      return when == NULL || ABS (tst_format_days_between (when, now)) <= 1;
    }
  return g_str_equal (status, "open");
}

/* What goes on now, the newest first; then what comes next. */
static int
compare_today (gconstpointer a, gconstpointer b)
{
  JsonObject *x = *(JsonObject *const *) a, *y = *(JsonObject *const *) b;
  gboolean later_x = g_str_equal (json_object_get_string_member_with_default (x, "status", ""), "assigned");
  gboolean later_y = g_str_equal (json_object_get_string_member_with_default (y, "status", ""), "assigned");
  int order = g_strcmp0 (json_object_get_string_member_with_default (x, "starts", NULL), json_object_get_string_member_with_default (y, "starts", NULL));

  if (later_x != later_y)
    return later_x ? 1 : -1;
  return later_x ? order : -order;
}

static void
show_today (TstHomePage *self, GPtrArray *events)
{
  guint shown = 0;

  g_ptr_array_sort (events, compare_today);
  g_clear_pointer (&self->going_on, json_object_unref);
  for (guint i = 0; i < events->len && self->going_on == NULL; i++)
    if (g_str_equal (json_object_get_string_member_with_default (events->pdata[i], "status", ""), "open"))
      self->going_on = json_object_ref (events->pdata[i]);
  for (GtkWidget *child; (child = gtk_widget_get_first_child (self->today)) != NULL;)
    gtk_box_remove (GTK_BOX (self->today), child);
  for (guint i = 0; i < events->len && shown < MOST_EVENTS; i++)
    if (belongs_today (events->pdata[i]))
      gtk_box_append (GTK_BOX (self->today), make_card (self, events->pdata[i], shown++ == 0));
  if (shown == 0)
    {
      GtkWidget *empty = tst_build_text (_("No hay espacios abiertos. Empiece una visita o una feria, o únase a la de otra tableta."));

      gtk_widget_add_css_class (empty, "dim-label");
      gtk_box_append (GTK_BOX (self->today), empty);
    }
  /* One main act a page. */
  if (shown > 0)
    {
      gtk_widget_remove_css_class (self->begin, "suggested-action");
      gtk_widget_remove_css_class (self->begin, "main");
      gtk_widget_add_css_class (self->begin, "large");
    }
  else
    {
      gtk_widget_add_css_class (self->begin, "main");
      gtk_widget_add_css_class (self->begin, "suggested-action");
    }
}

/* --- close by --- */

static void
on_work (TstHomePage *self, TstWorkButton *button)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_work_page_new (tst_page_get_session (TST_PAGE (self)), tst_work_button_get_code (button))));
}

static void
show_nearby (TstHomePage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  TstWorkFilter filter = { 0 };
  TstPlace here;
  gboolean placed = tst_session_get_position (session, &here);
  GArray *found;

  if (self->index == NULL)
    return;
  /* A receiver that stands still tells a fix a second: the order is made anew once one has gone some way. */
  if (self->found == NULL || placed != self->by_distance
      || (placed && tst_geo_distance (here.latitude, here.longitude, self->sorted_at.latitude, self->sorted_at.longitude) >= TST_WORKS_MOVED_M))
    {
      filter.near = placed;
      filter.lat = placed ? here.latitude : 0;
      filter.lon = placed ? here.longitude : 0;
      g_clear_pointer (&self->found, g_array_unref);
      self->found = tst_work_index_search (self->index, &filter);
      g_array_set_size (self->found, MIN (self->found->len, N_WORKS));
      self->by_distance = placed;
      if (placed)
        self->sorted_at = here;
    }
  found = self->found;
  for (guint i = 0; i < N_WORKS; i++)
    {
      gtk_widget_set_visible (self->works[i], i < found->len);
      if (i < found->len)
        {
          const TstWorkEntry work = tst_work_index_get (self->index, g_array_index (found, guint32, i));
          double distance = placed && !isnan (work.lat) ? tst_geo_distance (here.latitude, here.longitude, work.lat, work.lon) : NAN;

          tst_work_button_set_work (TST_WORK_BUTTON (self->works[i]), &work, distance, lang);
        }
    }
  tst_work_ages_fill (self->ages, self->works, MIN (N_WORKS, found->len));
  gtk_label_set_label (GTK_LABEL (self->nearby_heading), placed ? _("Cerca") : _("Obras"));
  gtk_label_set_label (GTK_LABEL (self->nearby_text),
                       found->len == 0 ? _("Todavía no hay obras. Llegan de la central con el código del municipio.")
                                       : _("La tableta no sabe dónde está: estas son las primeras de la lista."));
  gtk_widget_set_visible (self->nearby_text, found->len == 0 || !placed);
}

static void
take_works (TstHomePage *self, TstWorksSource *source)
{
  TstWorkIndex *index = tst_works_source_get_works (source);

  if (index == NULL)
    return;
  g_clear_pointer (&self->index, tst_work_index_unref);
  self->index = tst_work_index_ref (index);
  g_clear_pointer (&self->found, g_array_unref);
  tst_map_strip_set_works (TST_MAP_STRIP (self->strip), index);
  gtk_widget_set_visible (self->strip, tst_work_index_get_size (index) > 0);
  show_nearby (self);
}

/* --- reading --- */


static void
on_read (TstHomePage *self)
{
  if (--self->pending > 0)
    return;
  self->reading = FALSE;
  if (self->again)
    {
      self->again = FALSE;
      load (self);
    }
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) status = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);
  g_autoptr (TstHomePage) self = user_data;

  if (tst_page_get_session (TST_PAGE (self)) == NULL)
    return;
  if (status != NULL && tst_session_get_book (tst_page_get_session (TST_PAGE (self))) != NULL)
    show_line (self, status);
  on_read (self);
}

static void
on_events (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  g_autoptr (TstHomePage) self = user_data;

  if (tst_page_get_session (TST_PAGE (self)) == NULL)
    return;
  if (events != NULL)
    show_today (self, events);
  on_read (self);
}

static void
show_who (TstHomePage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstFieldBook *book = tst_session_get_book (session);
  const char *author = tst_session_get_author_name (session);
  g_autofree char *text = NULL;

  if (author != NULL && book != NULL)
    text = g_strdup_printf ("%s\u00a0· %s", author, tst_field_book_get_name (book));
  else
    text = g_strdup (book != NULL ? tst_field_book_get_name (book) : "");
  gtk_label_set_label (GTK_LABEL (self->who), text);
  tst_page_set_subtitle (TST_PAGE (self), author != NULL ? tst_staff_role_label (tst_session_get_author_role (session)) : NULL);
}

static void
load (TstHomePage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery query = { .limit = 100 };

  show_who (self);
  if (book == NULL)
    return;
  if (self->reading)
    {
      self->again = TRUE;
      return;
    }
  self->reading = TRUE;
  self->pending = 2;
  tst_field_book_status_async (book, NULL, on_status, g_object_ref (self));
  tst_field_book_list_async (book, "events", &query, NULL, on_events, g_object_ref (self));
}

static void
tst_home_page_shown (TstPage *page)
{
  load (TST_HOME_PAGE (page));
}

/* --- building --- */

static void
on_layout (TstHomePage *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->columns), tst_adaptive_bin_get_narrow (TST_ADAPTIVE_BIN (self->adaptive))
                                                                    ? GTK_ORIENTATION_VERTICAL
                                                                    : GTK_ORIENTATION_HORIZONTAL);
}

static GtkWidget *
append (GtkWidget *box, GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  return child;
}

static GtkWidget *
make_end (void)
{
  static const struct
  {
    const char *icon, *label, *action;
  } buttons[] = { { "system-lock-screen-symbolic", N_("Bloquear"), "app.lock" },
                  { "preferences-system-symbolic", N_("Preferencias"), "win.preferences" } };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkWidget *button = append (box, gtk_button_new_from_icon_name (buttons[i].icon));

      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, _(buttons[i].label));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(buttons[i].label), -1);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), buttons[i].action);
    }
  return box;
}

static void
tst_home_page_constructed (GObject *object)
{
  TstHomePage *self = TST_HOME_PAGE (object);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstWorksSource *works = tst_works_source_for (session);

  G_OBJECT_CLASS (tst_home_page_parent_class)->constructed (object);
  self->ages = tst_work_ages_new (session);
  tst_locating_while_seen (GTK_WIDGET (self), session);
  tst_page_set_end (TST_PAGE (self), make_end ());
  self->strip = tst_map_strip_new (session);
  gtk_widget_set_visible (self->strip, FALSE);
  gtk_box_insert_child_after (GTK_BOX (self->nearby), self->strip, self->nearby_heading);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (works, "changed", G_CALLBACK (take_works), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "position-changed", G_CALLBACK (show_nearby), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::author-role", G_CALLBACK (show_who), self, G_CONNECT_SWAPPED);
  load (self);
  take_works (self, works);
}

static void
tst_home_page_dispose (GObject *object)
{
  TstHomePage *self = TST_HOME_PAGE (object);

  g_clear_object (&self->ages);
  g_clear_pointer (&self->found, g_array_unref);
  g_clear_pointer (&self->index, tst_work_index_unref);
  G_OBJECT_CLASS (tst_home_page_parent_class)->dispose (object);
}

static void
tst_home_page_finalize (GObject *object)
{
  g_free (TST_HOME_PAGE (object)->jumped_at);
  g_clear_pointer (&TST_HOME_PAGE (object)->going_on, json_object_unref);
  G_OBJECT_CLASS (tst_home_page_parent_class)->finalize (object);
}

static void
tst_home_page_class_init (TstHomePageClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = tst_home_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = tst_home_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_home_page_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_home_page_shown;
}

static void
tst_home_page_init (TstHomePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *all;

  self->who = append (box, tst_build_title (NULL));
  self->line = append (box, gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  self->line_text = append (self->line, tst_build_notice ());
  self->line_button = append (self->line, gtk_button_new_with_label (""));
  gtk_widget_add_css_class (self->line_button, "large");
  gtk_widget_set_halign (self->line_button, GTK_ALIGN_START);
  gtk_widget_set_visible (self->line_button, FALSE);
  g_signal_connect_swapped (self->line_button, "clicked", G_CALLBACK (on_line), self);

  self->columns = append (box, gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24));
  append (left, tst_build_heading (_("Hoy")));
  self->today = append (left, gtk_box_new (GTK_ORIENTATION_VERTICAL, 10));
  self->card = append (left, tst_card_watch_new (NULL));
  g_signal_connect_swapped (self->card, "chosen", G_CALLBACK (on_card), self);
  self->begin = append (left, tst_build_main_button (_("Empezar _visita")));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->begin), "win.new-event");
  append (self->columns, left);
  self->nearby = right;
  self->nearby_heading = append (right, tst_build_heading (_("Cerca")));
  self->nearby_text = append (right, tst_build_text (NULL));
  gtk_widget_add_css_class (self->nearby_text, "dim-label");
  gtk_widget_set_visible (self->nearby_text, FALSE);
  for (guint i = 0; i < N_WORKS; i++)
    {
      self->works[i] = append (right, tst_work_button_new ());
      gtk_widget_set_visible (self->works[i], FALSE);
      g_signal_connect_swapped (self->works[i], "clicked", G_CALLBACK (on_work), self);
    }
  all = append (right, tst_build_large_button (_("Ver _todas las obras")));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (all), "win.go");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (all), "s", "works");
  append (self->columns, right);
  gtk_widget_set_hexpand (left, TRUE);
  gtk_widget_set_hexpand (right, TRUE);
  gtk_box_set_homogeneous (GTK_BOX (self->columns), FALSE);

  gtk_widget_add_css_class (box, "cover");
  self->adaptive = tst_adaptive_bin_new ();
  tst_adaptive_bin_set_child (TST_ADAPTIVE_BIN (self->adaptive), tst_build_scrolled (box, 1040));
  g_signal_connect_swapped (self->adaptive, "notify::narrow", G_CALLBACK (on_layout), self);
  on_layout (self);
  adw_bin_set_child (ADW_BIN (self), self->adaptive);
}

GtkWidget *
tst_home_page_new (TstSession *session)
{
  return g_object_new (TST_TYPE_HOME_PAGE, "session", session, "title", _("Inicio"), NULL);
}

TstHomeState
tst_home_page_get_state (TstHomePage *self)
{
  g_return_val_if_fail (TST_IS_HOME_PAGE (self), TST_HOME_CALM);
  return self->state;
}
