/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-attendance-card.h"

#include "journal/tst-event-sheet.h"
#include "model/tst-calendar.h"
#include "model/tst-cedula.h"

#include <string.h>

gboolean
tst_attendance_card_read (TstAttendanceCard *self, TstSession *session, GBytes *payload)
{
  TstFieldBook *book = tst_session_get_book (session);
  g_autoptr (TstCedula) card = tst_cedula_parse (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  TstTimestamp now;
  GDate today;

  *self = (TstAttendanceCard) { 0 };
  if (card == NULL || book == NULL)
    return FALSE;
  tst_clock_now (tst_field_book_get_clock (book), &now);
  tst_date_from_time (now.utc_us / G_USEC_PER_SEC, tst_field_book_get_profile (book)->time_zone, &today);
  self->minor = tst_cedula_is_minor (card, &today);
  self->id_type = self->minor ? "TI" : "CC";
  self->number = g_strdup (card->number);
  self->name = tst_cedula_dup_full_name (card);
  return TRUE;
}

void
tst_attendance_card_clear (TstAttendanceCard *self)
{
  if (self->number != NULL)
    memset (self->number, 0, strlen (self->number));
  if (self->name != NULL)
    memset (self->name, 0, strlen (self->name));
  g_clear_pointer (&self->number, g_free);
  g_clear_pointer (&self->name, g_free);
}

gboolean
tst_attendance_is_repeated (TstSession *session, const char *id_type, const char *number)
{
  TstEventSheet *sheet = tst_session_get_sheet (session);

  return sheet != NULL && tst_event_sheet_has (sheet, id_type, number);
}

void
tst_attendance_note (TstSession *session, const char *id_type, const char *number)
{
  TstEventSheet *sheet = tst_session_get_sheet (session);

  if (sheet != NULL)
    tst_event_sheet_note (sheet, id_type, number);
}
