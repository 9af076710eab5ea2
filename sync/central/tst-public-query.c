/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-public-private.h"

#include "record/tst-body.h"

/* Statements and the rows of published items. */

static TstStatement *
query_va (TstStore *store, GError **error, const char *sql, const char *types, va_list args)
{
  TstStatement *statement = tst_store_prepare (store, sql, error);

  for (int at = 1; statement && types[at - 1]; at++)
    switch (types[at - 1])
      {
      case 's':
        tst_statement_bind_text (statement, at, va_arg (args, const char *));
        break;
      case 'i':
        tst_statement_bind_int (statement, at, va_arg (args, gint64));
        break;
      case 'h':
        tst_statement_bind_hash (statement, at, va_arg (args, const TstHash *));
        break;
      default:
        g_assert_not_reached ();
      }
  return statement;
}

TstStatement *
tst_public_query (TstStore *store, GError **error, const char *sql, const char *types, ...)
{
  TstStatement *statement;
  va_list args;

  va_start (args, types);
  statement = query_va (store, error, sql, types, args);
  va_end (args);
  return statement;
}

gboolean
tst_public_rows (TstStore *store, JsonObject *model, const char *member, TstPublicRow put, gpointer data, GError **error,
                 const char *sql, const char *types, ...)
{
  JsonArray *rows = json_array_new ();
  gboolean row = FALSE;
  va_list args;

  json_object_set_array_member (model, member, rows);
  va_start (args, types);
  g_autoptr (TstStatement) list = query_va (store, error, sql, types, args);
  va_end (args);
  if (!list)
    return FALSE;
  while (tst_statement_step (list, &row, error))
    {
      JsonObject *one = NULL;

      if (!row)
        return TRUE;
      one = json_object_new ();
      put (one, list, data);
      json_array_add_object_element (rows, one);
    }
  return FALSE;
}

gboolean
tst_public_count (TstStore *store, gint64 *count, GError **error, const char *sql, const char *types, ...)
{
  gboolean row = FALSE;
  va_list args;

  va_start (args, types);
  g_autoptr (TstStatement) statement = query_va (store, error, sql, types, args);
  va_end (args);
  if (!statement || !tst_statement_step (statement, &row, error))
    return FALSE;
  *count = row ? tst_statement_int (statement, 0) : 0;
  return TRUE;
}

void
tst_public_item_free (TstPublicItem *self)
{
  g_free (self->id);
  g_free (self->kind);
  g_free (self->type);
  g_free (self->work);
  g_free (self->event);
  g_clear_pointer (&self->shown, json_object_unref);
  g_free (self);
}

GPtrArray *
tst_public_items (TstStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_public_item_free);
  gboolean row = FALSE;

  for (;;)
    {
      if (!tst_statement_step (statement, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&items);
      TstPublicItem *item = g_new0 (TstPublicItem, 1);
      item->id = g_strdup (tst_statement_text (statement, 0));
      item->kind = g_strdup (tst_statement_text (statement, 1));
      item->type = g_strdup (tst_statement_text (statement, 2));
      item->work = g_strdup (tst_statement_text (statement, 3));
      item->event = g_strdup (tst_statement_text (statement, 4));
      item->taken_s = tst_statement_int (statement, 5);
      item->decided_s = tst_statement_int (statement, 6);
      item->shown = tst_statement_text (statement, 7) ? tst_json_parse_object (tst_statement_text (statement, 7), -1, NULL) : NULL;
      if (!item->shown)
        item->shown = json_object_new ();
      g_ptr_array_add (items, item);
    }
}

/* --- lists with filters --- */

void
tst_public_filter_init (TstPublicFilter *filter, const char *base)
{
  filter->where = g_string_new (base);
  filter->values = g_ptr_array_new_with_free_func (g_free);
}

void
tst_public_filter_clear (TstPublicFilter *filter)
{
  if (filter->where)
    g_string_free (filter->where, TRUE);
  g_clear_pointer (&filter->values, g_ptr_array_unref);
}

void
tst_public_filter_add (TstPublicFilter *filter, const char *clause, const char *value)
{
  g_string_append_printf (filter->where, " AND %s", clause);
  if (value)
    g_ptr_array_add (filter->values, g_strdup (value));
}

void
tst_public_filter_add_int (TstPublicFilter *filter, const char *clause, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  tst_public_filter_add (filter, clause, text);
}

TstStatement *
tst_public_filter_query (TstStore *store, const TstPublicFilter *filter, const char *columns, const char *from, const char *rest,
                         GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE %s %s", columns, from, filter->where->str, rest);
  TstStatement *statement = tst_store_prepare (store, sql, error);

  for (guint i = 0; statement && i < filter->values->len; i++)
    tst_statement_bind_text (statement, (int) i + 1, g_ptr_array_index (filter->values, i));
  return statement;
}

gboolean
tst_public_filter_count (TstStore *store, const TstPublicFilter *filter, const char *from, gint64 *total, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) count = tst_public_filter_query (store, filter, "count (*)", from, "", error);

  if (!count || !tst_statement_step (count, &row, error))
    return FALSE;
  *total = tst_statement_int (count, 0);
  return TRUE;
}
