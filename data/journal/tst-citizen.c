/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-interview.h"
#include "journal/tst-forms.h"
#include "journal/tst-journal-private.h"

#include "base/tst-codec.h"
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"
#include "model/tst-provisional-number.h"
#include "record/tst-body.h"

#include <string.h>

#define MAX_SHORT 300
#define MAX_TEXT 20000
#define MAX_SIGNATURE (96 * 1024) /* base64 of a drawn picture */

/* What citizens give. Nothing of a person goes anywhere but into a sealed part, and error texts name fields, never values. */

typedef struct
{
  const char *name;
  TstCodeList list;   /* TST_N_LISTS: free text */
  gboolean sensitive; /* wants its own consent */
} Field;

static const Field attendee_fields[] = {
  { "full_name", TST_N_LISTS, FALSE },
  { "id_type", TST_LIST_DOCUMENT_TYPE, FALSE },
  { "id_no", TST_N_LISTS, FALSE },
  { "organisation", TST_N_LISTS, FALSE },
  { "position", TST_N_LISTS, FALSE },
  { "actor_type", TST_LIST_ACTOR, FALSE },
  { "phone", TST_N_LISTS, FALSE },
  { "email", TST_N_LISTS, FALSE },
  { "barrio", TST_N_LISTS, FALSE },
  { "comuna", TST_N_LISTS, FALSE },
  { "guardian_name", TST_N_LISTS, FALSE },
  { "signature", TST_N_LISTS, FALSE },
  { "sex", TST_LIST_SEX, TRUE },
  { "gender", TST_LIST_GENDER, TRUE },
  { "age_band", TST_LIST_AGE_BAND, TRUE },
  { "ethnicity", TST_LIST_ETHNICITY, TRUE },
  { "disability", TST_LIST_YES_NO, TRUE },
  { "victim", TST_LIST_YES_NO, TRUE },
};

static gboolean
set_bad (GError **error, TstError code, const char *format, const char *name)
{
  g_autofree char *text = g_strdup_printf ("«%s» %s. Nothing was saved.", name, format);

  g_set_error_literal (error, TST_ERROR, (int) code, text);
  return FALSE;
}

static gboolean
check_text_member (const char *name, JsonNode *node, glong most, GError **error)
{
  const char *text;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return set_bad (error, TST_ERROR_BAD_VALUE, "must be text", name);
  text = json_node_get_string (node);
  if (g_utf8_strlen (text, -1) > most)
    return set_bad (error, TST_ERROR_TOO_LARGE, "is too long", name);
  return TRUE;
}

static gboolean
check_code_member (const char *name, JsonNode *node, TstCodeList list, GError **error)
{
  g_autofree char *codes = NULL;

  if (!check_text_member (name, node, MAX_SHORT, error))
    return FALSE;
  if (tst_code_is_valid (list, json_node_get_string (node)))
    return TRUE;
  codes = tst_code_list_join (list);
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "«%s» must be one of: %s. Nothing was saved.", name, codes);
  return FALSE;
}

static gboolean
check_bool_member (const char *name, JsonNode *node, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return set_bad (error, TST_ERROR_BAD_VALUE, "must be true or false", name);
  return TRUE;
}

static gboolean
has_text (JsonObject *object, const char *name)
{
  const char *text = tst_json_string (object, name);

  return text != NULL && *text != '\0';
}

/* --- attendance --- */

static gboolean
check_consent (JsonObject *fields, gboolean *sensitive, gboolean *image, GError **error)
{
  static const char *const known[] = { "data", "sensitive", "image", NULL };
  JsonObject *consent = tst_json_object (fields, "consent");

  if (consent == NULL || !tst_json_bool (consent, "data", FALSE))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_CONSENT_MISSING,
                           "Without the person's authorisation for their data nothing can be saved. Nothing was saved; a person may attend "
                           "without signing the sheet.");
      return FALSE;
    }
  if (!tst_json_check_members (consent, known, error))
    return FALSE;
  *sensitive = tst_json_bool (consent, "sensitive", FALSE);
  *image = tst_json_bool (consent, "image", FALSE);
  return TRUE;
}

static gboolean
copy_attendee (JsonObject *fields, gboolean sensitive_allowed, JsonObject *plain, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (attendee_fields); i++)
    {
      const Field *field = &attendee_fields[i];
      JsonNode *node = json_object_get_member (fields, field->name);
      glong most = strcmp (field->name, "signature") == 0 ? MAX_SIGNATURE : MAX_SHORT;

      if (node == NULL || JSON_NODE_HOLDS_NULL (node))
        continue;
      if (!check_text_member (field->name, node, most, error))
        return FALSE;
      if (*json_node_get_string (node) == '\0')
        continue;
      if (field->list != TST_N_LISTS && !check_code_member (field->name, node, field->list, error))
        return FALSE;
      if (field->sensitive && !sensitive_allowed)
        return set_bad (error, TST_ERROR_CONSENT_MISSING, "is sensitive and its own authorisation was not given: leave it out",
                        field->name);
      json_object_set_member (plain, field->name, json_node_copy (node));
    }
  return TRUE;
}

static gboolean
is_minor (JsonObject *plain)
{
  static const char *const bands[] = { "0-5", "6-11", "12-17", NULL };
  static const char *const documents[] = { "TI", "RC", NULL };
  const char *band = tst_json_string (plain, "age_band");
  const char *document = tst_json_string (plain, "id_type");

  return (band != NULL && g_strv_contains (bands, band)) || (document != NULL && g_strv_contains (documents, document));
}

/* The hash of the notice that was shown: the caller's, or that of the town's profile. */
static gboolean
find_notice (TstFieldBook *self, JsonObject *fields, char **hex, GError **error)
{
  const char *given = tst_json_string (fields, "notice_sha256");
  TstHash hash;

  if (given == NULL)
    hash = tst_town_notice_hash (self->profile, "es");
  else if (!tst_hash_from_hex (given, &hash))
    return set_bad (error, TST_ERROR_BAD_VALUE, "must be 64 hexadecimal digits", "notice_sha256");
  *hex = tst_hash_to_hex (&hash);
  return TRUE;
}

gboolean
tst_citizen_fill_attendance (TstFieldBook *self, TstDraft *draft, const TstTownKeys *town, JsonObject *fields,
                             GError **error)
{
  static const char *const extra[] = { "consent", "mode", "notice_sha256" };
  const char *known[G_N_ELEMENTS (attendee_fields) + G_N_ELEMENTS (extra) + 1] = { NULL };
  g_autoptr (JsonObject) plain = json_object_new ();
  g_autofree char *notice = NULL;
  g_autofree char *time = tst_time_format (draft->time.utc_us / G_USEC_PER_SEC);
  const char *mode = tst_json_string (fields, "mode");
  gboolean sensitive, image, guardian;
  JsonObject *consent;

  for (guint i = 0; i < G_N_ELEMENTS (attendee_fields); i++)
    known[i] = attendee_fields[i].name;
  for (guint i = 0; i < G_N_ELEMENTS (extra); i++)
    known[G_N_ELEMENTS (attendee_fields) + i] = extra[i];
  if (!tst_json_check_members (fields, known, error) || !check_consent (fields, &sensitive, &image, error)
      || !copy_attendee (fields, sensitive, plain, error))
    return FALSE;
  if (!has_text (plain, "full_name"))
    return set_bad (error, TST_ERROR_MISSING_FIELD, "is missing", "full_name");
  guardian = has_text (plain, "guardian_name");
  if (is_minor (plain) && !guardian)
    return set_bad (error, TST_ERROR_MISSING_FIELD, "is missing: who is under age attends with a representative", "guardian_name");
  if (mode == NULL)
    mode = "presencial";
  if (!tst_code_is_valid (TST_LIST_MODE, mode))
    return set_bad (error, TST_ERROR_BAD_VALUE, "must be presencial or virtual", "mode");
  if (!find_notice (self, fields, &notice, error))
    return FALSE;

  consent = json_object_new ();
  json_object_set_boolean_member (consent, "data", TRUE);
  json_object_set_boolean_member (consent, "sensitive", sensitive);
  json_object_set_boolean_member (consent, "image", image);
  tst_draft_set_string (draft, "mode", mode);
  tst_draft_set_string (draft, "notice_sha256", notice);
  json_object_set_object_member (draft->content, "consent", consent);
  json_object_set_boolean_member (draft->content, "has_guardian", guardian);
  tst_draft_set_string (draft, "checked_in_at", time);

  json_object_set_string_member (plain, "event", draft->event);
  json_object_set_string_member (plain, "record", draft->id);
  if (draft->target != NULL)
    json_object_set_string_member (plain, "target", draft->target);
  else
    json_object_set_string_member (plain, "checked_in_at", time);
  json_object_set_object_member (plain, "consent", json_object_ref (consent));
  json_object_set_string_member (plain, "notice_sha256", notice);
  return tst_event_sheet_seal (self, draft, plain, error) && tst_draft_add_sealed (draft, town, plain, "attendee", FALSE, error);
}

char *
tst_field_book_add_attendance (TstFieldBook *self, const char *event_id, JsonObject *fields, GError **error)
{
  g_autoptr (TstTownKeys) town = NULL;
  g_autoptr (TstDraft) draft = NULL;
  g_auto (TstEvent) event = { 0 };

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && fields != NULL, NULL);
  if (!tst_field_book_require_town (self, &town, error) || !tst_events_require_open (self, event_id, &event, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_FIELD, TST_KIND_ATTENDANCE, "attendance");
  tst_draft_set_event (draft, event_id);
  if (!tst_citizen_fill_attendance (self, draft, town, fields, error) || !tst_draft_seal (draft, self, error)
      || !tst_journal_commit (self, draft, tst_events_still_open, NULL, error))
    return NULL;
  return g_strdup (draft->id);
}

/* --- contributions --- */

static const char *const requester_members[] = {
  "full_name", "id_type", "id_no", "organisation", "phone", "email", "address", "barrio", "comuna", NULL,
};

gboolean
tst_citizen_check_comment_member (const char *name, JsonNode *value, GError **error)
{
  if (strcmp (name, "class") == 0)
    return check_code_member (name, value, TST_LIST_CONTRIBUTION_CLASS, error);
  if (strcmp (name, "text") == 0)
    return check_text_member (name, value, MAX_TEXT, error);
  if (strcmp (name, "public_ok") == 0 || strcmp (name, "anonymous") == 0 || strcmp (name, "live") == 0)
    return check_bool_member (name, value, error);
  if (strcmp (name, "reply_by") == 0)
    return check_code_member (name, value, TST_LIST_REPLY_CHANNEL, error);
  return check_text_member (name, value, MAX_SHORT, error);
}

/* One part of one size for every contribution: a dummy when there is nobody to answer. */
gboolean
tst_citizen_fill_contact (TstDraft *draft, const TstTownKeys *town, JsonObject *requester, GError **error)
{
  g_autoptr (JsonObject) plain = json_object_new ();

  if (requester != NULL)
    {
      g_autoptr (GList) names = json_object_get_members (requester);

      if (!tst_json_check_members (requester, requester_members, error))
        return FALSE;
      for (GList *l = names; l != NULL; l = l->next)
        {
          JsonNode *node = json_object_get_member (requester, l->data);

          if (strcmp (l->data, "id_type") == 0 ? !check_code_member (l->data, node, TST_LIST_DOCUMENT_TYPE, error)
                                               : !check_text_member (l->data, node, MAX_SHORT, error))
            return FALSE;
        }
      json_object_set_object_member (plain, "requester", json_object_ref (requester));
    }
  return tst_draft_add_sealed (draft, town, plain, "contact", TRUE, error);
}

static void
set_open_times (TstFieldBook *self, TstDraft *draft, const TstEvent *event, GDate *received)
{
  g_autofree char *hour = tst_hour_text (draft->time.utc_us / G_USEC_PER_SEC);

  tst_draft_set_event (draft, event->id);
  draft->hold_hours = event->hold_hours;
  tst_draft_set_string (draft, "received_at", hour);
  tst_date_from_time (draft->time.utc_us / G_USEC_PER_SEC, self->profile->time_zone, received);
}

static gboolean
check_comment (JsonObject *fields, gboolean voice, gboolean *anonymous, GError **error)
{
  static const char *const known[] = {
    "class", "subject", "text", "topic", "work", "anonymous", "requester", "reply_by", "public_ok", "live", NULL,
  };
  g_autoptr (GList) names = json_object_get_members (fields);

  if (!tst_json_check_members (fields, known, error))
    return FALSE;
  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonNode *node = json_object_get_member (fields, l->data);

      if (JSON_NODE_HOLDS_NULL (node))
        continue;
      if (strcmp (l->data, "requester") == 0)
        {
          if (!JSON_NODE_HOLDS_OBJECT (node))
            return set_bad (error, TST_ERROR_BAD_VALUE, "must be an object", l->data);
        }
      else if (!tst_citizen_check_comment_member (l->data, node, error))
        return FALSE;
    }
  if (!has_text (fields, "class"))
    return set_bad (error, TST_ERROR_MISSING_FIELD, "is missing", "class");
  if (!voice && !has_text (fields, "text"))
    return set_bad (error, TST_ERROR_MISSING_FIELD, "is missing", "text");
  *anonymous = tst_json_bool (fields, "anonymous", tst_json_object (fields, "requester") == NULL);
  if (*anonymous && tst_json_object (fields, "requester") != NULL)
    return set_bad (error, TST_ERROR_BAD_VALUE, "cannot stand in an anonymous contribution: take one of the two away", "requester");
  return TRUE;
}

static gboolean
add_attachments (TstFieldBook *self, TstDraft *draft, const TstTownKeys *town, GPtrArray *attachments, GError **error)
{
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    if (!tst_open_media_add (self, draft, town, attachments->pdata[i], error))
      return FALSE;
  return TRUE;
}

char *
tst_field_book_add_comment (TstFieldBook *self, const char *event_id, JsonObject *fields, char **provisional_number,
                            char **due_on, GError **error)
{
  return tst_field_book_add_contribution (self, event_id, fields, NULL, provisional_number, due_on, error);
}

char *
tst_field_book_add_contribution (TstFieldBook *self, const char *event_id, JsonObject *fields, GPtrArray *attachments,
                                 char **provisional_number, char **due_on, GError **error)
{
  static const char *const texts[] = { "class", "subject", "text", "topic", "reply_by", NULL };
  g_autoptr (TstTownKeys) town = NULL;
  g_autoptr (TstDraft) draft = NULL;
  g_auto (TstEvent) event = { 0 };
  g_autofree char *number = NULL;
  g_autofree char *due = NULL;
  g_autofree char *number_hex = NULL;
  TstHash number_hash; /* 60 random bits: who has the number finds the row, and nobody finds the number from it */
  GDate received, due_date;
  gboolean anonymous;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && fields != NULL, NULL);
  if (!tst_field_book_require_town (self, &town, error)
      || !check_comment (fields, tst_attachments_have_voice (attachments), &anonymous, error) || !tst_attachments_check (attachments, error)
      || !tst_events_require_open (self, event_id, &event, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_OPEN, TST_KIND_CONTRIBUTION, "comment");
  set_open_times (self, draft, &event, &received);
  for (guint i = 0; texts[i] != NULL; i++)
    tst_draft_set_string (draft, texts[i], tst_json_string (fields, texts[i]));
  tst_draft_set_work (draft, tst_json_string (fields, "work"));
  json_object_set_boolean_member (draft->content, "anonymous", anonymous);
  json_object_set_boolean_member (draft->content, "public_ok", tst_json_bool (fields, "public_ok", FALSE));
  if (tst_json_bool (fields, "live", FALSE))
    {
      json_object_set_boolean_member (draft->content, "live", TRUE);
      draft->hold_hours = 0;
    }
  number = tst_provisional_number_new (g_date_get_year (&received));
  tst_draft_set_string (draft, "provisional_number", number);
  number_hash = tst_hash_data (number, strlen (number));
  number_hex = tst_hash_to_hex (&number_hash);
  json_object_set_string_member (draft->local, "receipt_sha256", number_hex);
  if (tst_terms_due_on (tst_json_string (fields, "class"), &received, &due_date))
    {
      due = tst_date_format (&due_date);
      tst_draft_set_string (draft, "due_on", due);
      json_object_set_string_member (draft->local, "due_on", due);
    }
  if (!tst_citizen_fill_contact (draft, town, tst_json_object (fields, "requester"), error)
      || !add_attachments (self, draft, town, attachments, error) || !tst_draft_seal (draft, self, error)
      || !tst_journal_commit (self, draft, tst_events_still_open, NULL, error))
    {
      if (attachments != NULL && attachments->len > 0)
        g_atomic_int_set (&self->medium_left, TRUE);
      return NULL;
    }
  if (provisional_number != NULL)
    *provisional_number = g_steal_pointer (&number);
  if (due_on != NULL)
    *due_on = g_steal_pointer (&due);
  return g_strdup (draft->id);
}

/* --- answers --- */

/* One answer that is a voice or a photograph. */
typedef struct
{
  JsonObject *answers; /* it stands in */
  const char *question;
  TstAttachment *attachment;
} Shown;

static gboolean
collect_shown (const TstForm *form, JsonObject *answers, GPtrArray *attachments, GArray *found, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (answers);

  for (GList *l = names; l != NULL; l = l->next)
    {
      const TstQuestion *question = tst_form_find (form, l->data);
      JsonArray *entries = question != NULL && question->type == TST_QUESTION_REPEAT ? json_object_get_array_member (answers, l->data) : NULL;
      Shown shown = { .answers = answers };

      for (guint i = 0; entries != NULL && i < json_array_get_length (entries); i++)
        if (!collect_shown (form, json_array_get_object_element (entries, i), attachments, found, error))
          return FALSE;
      if (question == NULL || (question->type != TST_QUESTION_IMAGE && question->type != TST_QUESTION_AUDIO))
        continue;
      shown.question = question->name;
      shown.attachment = tst_attachments_find (attachments, question->type == TST_QUESTION_AUDIO ? TST_ATTACHMENT_VOICE : TST_ATTACHMENT_PAPER,
                                               json_object_get_string_member (answers, l->data));
      if (shown.attachment == NULL)
        return set_bad (error, TST_ERROR_BAD_VALUE, "takes a photograph or a voice, which only the app records", question->name);
      if (!tst_attachment_check (shown.attachment, error))
        return FALSE;
      g_array_append_val (found, shown);
    }
  if (found->len > TST_ANSWERS_SHOWN_MAX)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_TOO_LARGE, "More than %u photographs and voices in one person's answers. Nothing was saved; take one away.",
                   TST_ANSWERS_SHOWN_MAX);
      return FALSE;
    }
  return TRUE;
}

/* Where the answer named what was in memory, it names the medium from then on. */
static gboolean
add_shown (TstFieldBook *self, TstDraft *draft, const TstTownKeys *town, GArray *found, GError **error)
{
  for (guint i = 0; i < found->len; i++)
    {
      Shown *shown = &g_array_index (found, Shown, i);
      JsonObject *entry;

      if (!tst_open_media_add (self, draft, town, shown->attachment, error))
        return FALSE;
      entry = json_array_get_object_element (tst_json_array (draft->content, "attachments"), i);
      json_object_set_string_member (entry, "question", shown->question);
      json_object_set_string_member (shown->answers, shown->question, tst_json_string (entry, "sha256"));
    }
  return TRUE;
}

char *
tst_field_book_add_survey (TstFieldBook *self, const char *event_id, const char *form, JsonObject *answers, GPtrArray *attachments, GError **error)
{
  g_autoptr (TstDraft) draft = NULL;
  g_auto (TstEvent) event = { 0 };
  g_autoptr (TstTownKeys) town = NULL;
  g_autoptr (TstForm) questions = NULL;
  g_autoptr (TstInterview) interview = NULL;
  g_autoptr (JsonObject) given = NULL;
  g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (Shown));
  GDate received;

  g_return_val_if_fail (TST_IS_FIELD_BOOK (self) && answers != NULL, NULL);
  if (form == NULL || *form == '\0' || strlen (form) > MAX_SHORT || !g_utf8_validate (form, -1, NULL))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "The form's code is missing. Nothing was saved.");
      return NULL;
    }
  questions = tst_field_book_dup_form (self, form, error);
  interview = questions != NULL ? tst_interview_new (questions, self->clock, self->zone, NULL, error) : NULL;
  if (interview == NULL)
    return NULL;
  /* Who asked knows whether there was a camera and a microphone; here nobody does. */
  tst_interview_excuse (interview, TST_QUESTION_IMAGE);
  tst_interview_excuse (interview, TST_QUESTION_AUDIO);
  if (!tst_interview_load (interview, answers, error) || !tst_interview_check (interview, error))
    return NULL;
  given = tst_interview_to_json (interview);
  if (!collect_shown (questions, given, attachments, shown, error) || !tst_field_book_require_town (self, &town, error)
      || !tst_events_require_open (self, event_id, &event, error))
    return NULL;
  draft = tst_draft_new (self, TST_CHAIN_OPEN, TST_KIND_SURVEY, "survey");
  set_open_times (self, draft, &event, &received);
  tst_draft_set_string (draft, "form", questions->code);
  json_object_set_string_member (draft->local, "form", questions->code);
  if (!add_shown (self, draft, town, shown, error))
    {
      g_atomic_int_set (&self->medium_left, TRUE);
      return NULL;
    }
  json_object_set_object_member (draft->content, "answers", g_steal_pointer (&given));
  if (!tst_draft_seal (draft, self, error) || !tst_journal_commit (self, draft, tst_events_still_open, NULL, error))
    {
      if (shown->len > 0)
        g_atomic_int_set (&self->medium_left, TRUE);
      return NULL;
    }
  return g_strdup (draft->id);
}
