import { createApp } from 'vue';
import '../gallery/gallery.css';
import Gallery from './Gallery.vue';

createApp(Gallery).mount('#page');
