/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tst-data-dictionary.h"

#include "record/tst-body.h"

static const TstDataField works[] = {
  { "code", "string", NULL, "Código de la obra, único en el municipio" },
  { "title", "string", NULL, "Nombre de la obra" },
  { "description", "string", NULL, "Qué se construye" },
  { "status", "string", NULL, "Estado: planeada, contratacion, por_iniciar, en_ejecucion, suspendida, terminada, liquidada, inconclusa, cancelada" },
  { "sector", "string", NULL, "Sector, con los códigos de OC4IDS" },
  { "type", "string", NULL, "Tipo de obra, con los códigos de OC4IDS" },
  { "dependency", "string", NULL, "Dependencia responsable" },
  { "comuna", "string", NULL, "Comuna o corregimiento" },
  { "barrio", "string", NULL, "Barrio o vereda" },
  { "divipola", "string", NULL, "Código DIVIPOLA, como texto" },
  { "bpin", "string", NULL, "Código del banco de proyectos (BPIN)" },
  { "budget", "number", NULL, "Presupuesto en pesos colombianos" },
  { "funding", "string", NULL, "Fuente de los recursos" },
  { "plan_goal", "string", NULL, "Meta del plan de desarrollo" },
  { "contract_number", "string", NULL, "Número del contrato principal" },
  { "contractor", "string", NULL, "Contratista principal" },
  { "start_planned", "string", "date", "Inicio previsto" },
  { "end_planned", "string", "date", "Entrega prevista" },
  { "start_actual", "string", "date", "Inicio real" },
  { "end_actual", "string", "date", "Terminación real" },
  { "physical_planned_pct", "number", NULL, "Avance físico programado, en porcentaje" },
  { "physical_observed_pct", "number", NULL, "Avance físico observado en el sitio, en porcentaje" },
  { "financial_pct", "number", NULL, "Avance financiero, en porcentaje" },
  { "pct_as_of", "string", "date", "Fecha de los porcentajes" },
  { "pct_source", "string", NULL, "De dónde salen los porcentajes" },
  { "secop_url", "string", "uri", "Proceso en SECOP II" },
};

static const TstDataField evidence[] = {
  { "id", "string", NULL, "Identificador del registro (UUID)" },
  { "type", "string", NULL, "Tipo: photo, video, audio, document, note, finding" },
  { "work", "string", NULL, "Código de la obra" },
  { "event", "string", NULL, "Identificador de la visita o el espacio" },
  { "phase", "string", NULL, "Fase: antes, durante, despues, hito, novedad" },
  { "item", "string", NULL, "Ítem de obra que muestra" },
  { "caption", "string", NULL, "Qué muestra" },
  { "alt", "string", NULL, "Texto alternativo para quien no ve la imagen" },
  { "text", "string", NULL, "Texto de la nota o de la novedad" },
  { "taken_at", "string", "date-time", "Cuándo se capturó, en UTC" },
  { "published_at", "string", "date-time", "Cuándo se publicó, en UTC" },
  { "accuracy_m", "number", NULL, "Radio de incertidumbre de la posición, en metros" },
  { "url", "string", "uri", "Página de la evidencia, con su prueba" },
  { "image", "string", "uri", "Imagen publicada" },
};

const TstDataField *
tst_data_fields (TstDataSet set, guint *n_fields)
{
  *n_fields = set == TST_DATA_WORKS ? G_N_ELEMENTS (works) : G_N_ELEMENTS (evidence);
  return set == TST_DATA_WORKS ? works : evidence;
}

const char *
tst_data_set_title (TstDataSet set)
{
  return set == TST_DATA_WORKS ? "Obras" : "Evidencia";
}

/* --- the catalogue --- */

static void
add_member (JsonBuilder *to, const char *name, const char *value)
{
  json_builder_set_member_name (to, name);
  json_builder_add_string_value (to, value);
}

static void
add_link (JsonBuilder *to, const char *name, const char *base, const char *path)
{
  g_autofree char *url = g_strconcat (base, path, NULL);

  json_builder_set_member_name (to, name);
  json_builder_begin_object (to);
  add_member (to, "@id", url);
  json_builder_end_object (to);
}

static void
add_distribution (JsonBuilder *to, const char *base, const char *path, const char *mime, const char *title)
{
  g_autofree char *url = g_strconcat (base, path, NULL);

  json_builder_begin_object (to);
  add_member (to, "@id", url);
  add_member (to, "@type", "dcat:Distribution");
  add_member (to, "dct:title", title);
  add_member (to, "dcat:mediaType", mime);
  add_link (to, "dcat:downloadURL", base, path);
  add_link (to, "dct:license", "", TST_DATA_LICENCE_URL);
  json_builder_end_object (to);
}

static void
add_dictionary (JsonBuilder *to, TstDataSet set)
{
  guint n = 0;
  const TstDataField *fields = tst_data_fields (set, &n);

  json_builder_set_member_name (to, "csvw:tableSchema");
  json_builder_begin_object (to);
  add_member (to, "@type", "csvw:Schema");
  json_builder_set_member_name (to, "csvw:column");
  json_builder_begin_array (to);
  for (guint i = 0; i < n; i++)
    {
      json_builder_begin_object (to);
      add_member (to, "csvw:name", fields[i].name);
      add_member (to, "csvw:datatype", fields[i].format ? fields[i].format : fields[i].type);
      add_member (to, "dct:description", fields[i].es);
      json_builder_end_object (to);
    }
  json_builder_end_array (to);
  json_builder_end_object (to);
}

typedef struct
{
  const char *path, *mime, *title;
} Distribution;

static void
add_dataset (JsonBuilder *to, const char *base, TstDataSet set, const char *town, const char *modified, const char *description,
             const Distribution *distributions, guint n)
{
  g_autofree char *id = g_strdup_printf ("%s/datos#%s", base, set == TST_DATA_WORKS ? "obras" : "evidencia");
  g_autofree char *title = g_strdup_printf ("%s de %s", tst_data_set_title (set), town);

  json_builder_begin_object (to);
  add_member (to, "@id", id);
  add_member (to, "@type", "dcat:Dataset");
  add_member (to, "dct:title", title);
  add_member (to, "dct:description", description);
  add_member (to, "dct:language", "es");
  add_member (to, "dct:modified", modified);
  add_link (to, "dct:license", "", TST_DATA_LICENCE_URL);
  add_link (to, "dcat:landingPage", base, "/datos");
  json_builder_set_member_name (to, "dcat:distribution");
  json_builder_begin_array (to);
  for (guint i = 0; i < n; i++)
    add_distribution (to, base, distributions[i].path, distributions[i].mime, distributions[i].title);
  json_builder_end_array (to);
  add_dictionary (to, set);
  json_builder_end_object (to);
}

char *
tst_data_catalogue (const char *base_url, const char *town, const char *publisher, const char *email, const char *modified)
{
  static const Distribution of_works[] = {
    { "/descargas/obras.csv", "text/csv", "Obras en CSV" },
    { "/descargas/obras.geojson", "application/geo+json", "Obras en GeoJSON" },
    { "/descargas/oc4ids.json", "application/json", "Obras, contratos y avance en OC4IDS" },
    { "/ogc/collections/obras/items", "application/geo+json", "Obras por OGC API – Features" },
  };
  static const Distribution of_evidence[] = {
    { "/descargas/evidencia.geojson", "application/geo+json", "Evidencia publicada en GeoJSON" },
    { "/ogc/collections/evidencia/items", "application/geo+json", "Evidencia por OGC API – Features" },
    { "/feeds/evidencia.atom", "application/atom+xml", "Novedades en Atom con GeoRSS" },
  };
  static const char *const prefixes[][2] = {
    { "dcat", "http://www.w3.org/ns/dcat#" },     { "dct", "http://purl.org/dc/terms/" },
    { "foaf", "http://xmlns.com/foaf/0.1/" },     { "vcard", "http://www.w3.org/2006/vcard/ns#" },
    { "csvw", "http://www.w3.org/ns/csvw#" },
  };
  g_autoptr (JsonBuilder) to = json_builder_new ();
  g_autofree char *id = g_strconcat (base_url, "/descargas/catalog.jsonld", NULL);
  g_autofree char *title = g_strdup_printf ("Obras públicas de %s", town);

  json_builder_begin_object (to);
  json_builder_set_member_name (to, "@context");
  json_builder_begin_object (to);
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    add_member (to, prefixes[i][0], prefixes[i][1]);
  json_builder_end_object (to);
  add_member (to, "@id", id);
  add_member (to, "@type", "dcat:Catalog");
  add_member (to, "dct:title", title);
  add_member (to, "dct:description", "Obras, contratos, avance y evidencia comprobable, publicados por la propia Alcaldía.");
  add_member (to, "dct:language", "es");
  add_link (to, "dct:license", "", TST_DATA_LICENCE_URL);
  add_link (to, "foaf:homepage", base_url, "/");
  json_builder_set_member_name (to, "dct:publisher");
  json_builder_begin_object (to);
  add_member (to, "@type", "foaf:Organization");
  add_member (to, "foaf:name", publisher);
  json_builder_end_object (to);
  if (email && *email)
    {
      g_autofree char *mailto = g_strconcat ("mailto:", email, NULL);

      json_builder_set_member_name (to, "dcat:contactPoint");
      json_builder_begin_object (to);
      add_member (to, "@type", "vcard:Organization");
      add_member (to, "vcard:fn", publisher);
      add_link (to, "vcard:hasEmail", "", mailto);
      json_builder_end_object (to);
    }
  json_builder_set_member_name (to, "dcat:dataset");
  json_builder_begin_array (to);
  add_dataset (to, base_url, TST_DATA_WORKS, town, modified, "Obras públicas con su contrato, su lugar, sus fechas y su avance.", of_works,
               G_N_ELEMENTS (of_works));
  add_dataset (to, base_url, TST_DATA_EVIDENCE, town, modified,
               "Fotografías y otras evidencias publicadas, con lugar, hora y la prueba de que no se han cambiado.", of_evidence,
               G_N_ELEMENTS (of_evidence));
  json_builder_end_array (to);
  json_builder_end_object (to);
  g_autoptr (JsonNode) root = json_builder_get_root (to);
  return json_to_string (root, TRUE);
}
