/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-carry-words.h"

#include "base/tst-error.h"
#include "format/tst-format.h"
#include "record/tst-body.h"

#include <glib/gi18n.h>

/* @text: of ngettext(), with one "%s" for the number. */
static char *
with_number (const char *text, gint64 n)
{
  g_autofree char *number = tst_format_number ((double) n, 0);
  g_auto (GStrv) parts = g_strsplit (text, "%s", 2);

  return g_strjoinv (number, parts);
}

char *
tst_carry_words_exported (JsonObject *row)
{
  gint64 left = tst_json_int (row, "left", 0);
  guint refused = json_array_get_length (tst_json_array (row, "refused"));
  g_autofree char *items = with_number (ngettext ("%s registro quedó en la memoria y se comprobó al leerla.", "%s registros quedaron en la memoria y se comprobaron al leerla.", (gulong) tst_json_int (row, "records", 0)), tst_json_int (row, "records", 0));
  g_autofree char *more = NULL;
  g_autofree char *bad = NULL;

  if (left > 0)
    more = with_number (ngettext ("Está llena: falta %s elemento. Saque esta memoria e inserte la siguiente.", "Está llena: faltan %s elementos. Saque esta memoria e inserte la siguiente.", (gulong) left), left);
  else
    more = g_strdup (_("Llévela a la Alcaldía. Lo suyo sigue también en esta tableta."));
  if (refused > 0)
    bad = with_number (ngettext (" %s elemento no se pudo leer en esta tableta y no salió.", " %s elementos no se pudieron leer en esta tableta y no salieron.", (gulong) refused), refused);
  return g_strdup_printf ("%s %s%s", items, more, bad != NULL ? bad : "");
}

char *
tst_carry_words_imported (JsonObject *row)
{
  guint refused = json_array_get_length (tst_json_array (row, "refused"));
  g_autofree char *what = NULL;
  g_autofree char *bad = NULL;

  if (tst_json_bool (row, "is_receipts", FALSE))
    {
      gint64 proved = tst_json_int (row, "proved", 0);
      gint64 relayed = tst_json_int (row, "relayed", 0);

      if (proved > 0)
        what = with_number (ngettext ("La central tiene %s registro más, y esta tableta lo comprobó.", "La central tiene %s registros más, y esta tableta lo comprobó.", (gulong) proved), proved);
      else if (relayed > 0)
        what = with_number (ngettext ("Otra tableta lleva %s elemento suyo. Aún no está en la central.", "Otra tableta lleva %s elementos suyos. Aún no están en la central.", (gulong) relayed), relayed);
      else
        what = g_strdup (_("Estos recibos no traen nada nuevo para esta tableta."));
    }
  else if (tst_json_int (row, "own", 0) > 0)
    what = g_strdup (_("Esa exportación la hizo esta misma tableta. No hay nada que traer."));
  else if (tst_json_int (row, "fresh", 0) > 0)
    what = with_number (ngettext ("Esta tableta lleva ahora %s elemento de otra, sellado. Lo entrega cuando tenga red.", "Esta tableta lleva ahora %s elementos de otra, sellados. Los entrega cuando tenga red.", (gulong) tst_json_int (row, "fresh", 0)), tst_json_int (row, "fresh", 0));
  else
    what = g_strdup (_("Ya lo llevaba todo. Nada cambió."));
  if (refused > 0)
    bad = with_number (ngettext (" %s parte llegó dañada y no se recibió: pida que la exporten otra vez.", " %s partes llegaron dañadas y no se recibieron: pida que las exporten otra vez.", (gulong) refused), refused);
  return g_strdup_printf ("%s%s%s", what, bad != NULL ? bad : "",
                          tst_json_bool (row, "is_receipts", FALSE) || tst_json_bool (row, "last", TRUE) ? "" : _(" Falta otra memoria de la misma exportación."));
}

char *
tst_carry_words_space (JsonObject *row)
{
  g_autofree char *free_bytes = tst_format_size ((double) tst_json_int (row, "free_bytes", 0));
  g_autofree char *may_go = tst_format_size ((double) tst_json_int (row, "may_go_bytes", 0));
  g_autofree char *number = tst_format_number ((double) tst_json_int (row, "may_go", 0), 0);
  gint64 n = tst_json_int (row, "may_go", 0);

  if (n == 0)
    return g_strdup_printf (_("Quedan %s libres. Por ahora no hay originales que se puedan quitar: se quitan solo los de espacios cerrados que la central ya tiene."), free_bytes);
  return g_strdup_printf (ngettext ("Quedan %s libres. Se pueden ganar %s: %s original que la central ya tiene. Antes de quitarlo se le pregunta otra vez.",
                                    "Quedan %s libres. Se pueden ganar %s: %s originales que la central ya tiene. Antes de quitarlos se le pregunta otra vez.", (gulong) n),
                          free_bytes, may_go, number);
}

char *
tst_carry_words_freed (JsonObject *row)
{
  g_autofree char *size = tst_format_size ((double) tst_json_int (row, "freed_bytes", 0));
  gint64 kept = tst_json_int (row, "kept", 0);
  g_autofree char *stays = NULL;

  if (kept > 0)
    stays = with_number (ngettext (" %s original se queda: la central no probó hoy que lo tiene.", " %s originales se quedan: la central no probó hoy que los tiene.", (gulong) kept), kept);
  return g_strdup_printf (_("Se liberaron %s. Las fotos siguen en la central y se pueden traer de vuelta.%s"), size, stays != NULL ? stays : "");
}

static const struct
{
  TstError code;
  const char *sentence;
} failures[] = {
  { TST_ERROR_IO, N_("La memoria falló o se sacó antes de tiempo. Nada se perdió aquí; insértela, o use otra, y exporte otra vez.") },
  { TST_ERROR_READ_ONLY, N_("Esa memoria no deja escribir. Use otra.") },
  { TST_ERROR_NOT_FOUND, N_("La memoria ya no está. Insértela otra vez.") },
  { TST_ERROR_NO_SPACE, N_("No hay espacio en esta tableta para recibirlo. Libere espacio y toque otra vez.") },
  { TST_ERROR_NOT_ENROLLED, N_("Esta tableta aún no puede sellar nada. Cargue primero el código del municipio.") },
  { TST_ERROR_UNTRUSTED, N_("Esa exportación es para otra Alcaldía. No se recibió nada.") },
  { TST_ERROR_BAD_VALUE, N_("Ese archivo no es una exportación de Testigo, o está dañado por completo.") },
  { TST_ERROR_CANCELLED, N_("Se detuvo. Lo que quedó en archivos terminados vale; lo demás sigue aquí.") },
};

char *
tst_carry_words_failed (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_error_matches (error, TST_ERROR, failures[i].code))
      return g_strdup (_(failures[i].sentence));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (_("Se detuvo. Lo que quedó en archivos terminados vale; lo demás sigue aquí."));
  return g_strdup (_("No se pudo. Nada se perdió en esta tableta; toque otra vez, o use otra memoria."));
}

char *
tst_carry_words_not_freed (const GError *error)
{
  if (g_error_matches (error, TST_ERROR, TST_ERROR_BAD_PROOF))
    return g_strdup (_("El registro público de la central no coincide con lo que esta tableta vio. No se quitó nada: avise a la Alcaldía."));
  return g_strdup (_("La central no respondió, así que no se quitó nada. Se necesita red para liberar espacio."));
}
